"builtin.module"() ({
  "func.func"() <{sym_name = "main", function_type = () -> (tensor<2xi16>, tensor<2xi32>), role = "entry"}> ({
    %0 = "mr.constant"() <{value = dense<[1, 2, 3, 4]> : tensor<4xi32>, table = true}> : () -> tensor<4xi32>
    %1 = "mr.constant"() <{value = dense<[5, 6]> : tensor<2xi32>}> : () -> tensor<2xi32>
    %2 = "mr.constant"() <{value = dense<[2, 3]> : tensor<2xi32>, table = true}> : () -> tensor<2xi32>
    %3 = "mr.constant"() <{value = dense<[2, 3]> : tensor<2xi16>, table = true}> : () -> tensor<2xi16>
    %4 = "mr.constant"() <{value = dense<[7, 9]> : tensor<2xi32>}> : () -> tensor<2xi32>
    "func.return"(%3, %4) : (tensor<2xi16>, tensor<2xi32>) -> ()
  }) : () -> ()
}) : () -> ()
