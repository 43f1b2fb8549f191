"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2x3xf32>) -> (tensor<3x2xf32>, tensor<2x1xf32>), role = "entry"}> ({
  ^bb0(%x: tensor<2x3xf32>):
    %0 = "mr.transpose"(%x) <{perm = array<i64: 1, 0>}> : (tensor<2x3xf32>) -> tensor<3x2xf32>
    %1 = "mr.reshape"(%x) <{shape = array<i64: 6>}> : (tensor<2x3xf32>) -> tensor<6xf32>
    %2 = "mr.reshape"(%x) <{shape = array<i64: 3, 2>}> : (tensor<2x3xf32>) -> tensor<3x2xf32>
    %3 = "mr.slice"(%x) <{starts = array<i64: 0, 1>, sizes = array<i64: 2, 2>}> : (tensor<2x3xf32>) -> tensor<2x2xf32>
    %4 = "mr.slice"(%x) <{starts = array<i64: 0, 2>, sizes = array<i64: 2, 1>, steps = array<i64: 1, 1>}> : (tensor<2x3xf32>) -> tensor<2x1xf32>
    "func.return"(%2, %4) : (tensor<3x2xf32>, tensor<2x1xf32>) -> ()
  }) : () -> ()
}) : () -> ()
