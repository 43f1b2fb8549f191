// RUN: millrace opt %s --pipeline "fold-constants"
// What is made of the compiler's own numbers alone is the compiler's own.
"builtin.module"() ({
  "func.func"() <{sym_name = "main", function_type = () -> (tensor<2xi16>, tensor<2xi32>), role = "entry"}> ({
    %0 = "mr.constant"() <{value = dense<[1, 2, 3, 4]> : tensor<4xi32>, table = true}> : () -> tensor<4xi32>
    %1 = "mr.constant"() <{value = dense<[5, 6]> : tensor<2xi32>}> : () -> tensor<2xi32>
    %2 = "mr.slice"(%0) <{starts = array<i64: 1>, sizes = array<i64: 2>}> : (tensor<4xi32>) -> tensor<2xi32>
    %3 = "mr.cast"(%2) <{to = i16}> : (tensor<2xi32>) -> tensor<2xi16>
    %4 = "mr.add"(%2, %1) : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
    "func.return"(%3, %4) : (tensor<2xi16>, tensor<2xi32>) -> ()
  }) : () -> ()
}) : () -> ()
