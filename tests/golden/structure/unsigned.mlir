// RUN: millrace opt %s --pipeline "structure"
// The sign of integers moves from the type to the operation.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2xui8>, tensor<2xui8>) -> (tensor<2xui8>, tensor<2xi1>), role = "entry"}> ({
  ^bb0(%x: tensor<2xui8>, %y: tensor<2xui8>):
    %0 = "mr.constant"() <{value = dense<[3, 200]> : tensor<2xui8>}> : () -> tensor<2xui8>
    %1 = "mr.add"(%y, %0) : (tensor<2xui8>, tensor<2xui8>) -> tensor<2xui8>
    %2 = "mr.floor_div"(%x, %1) : (tensor<2xui8>, tensor<2xui8>) -> tensor<2xui8>
    %3 = "mr.greater"(%x, %y) : (tensor<2xui8>, tensor<2xui8>) -> tensor<2xi1>
    "func.return"(%2, %3) : (tensor<2xui8>, tensor<2xi1>) -> ()
  }) : () -> ()
}) : () -> ()
