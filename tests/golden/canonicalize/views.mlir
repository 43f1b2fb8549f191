// RUN: millrace opt %s --pipeline "canonicalize"
// Transposes that cancel, reshapes and slices in a row.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2x3xf32>) -> (tensor<3x2xf32>, tensor<2x1xf32>), role = "entry"}> ({
  ^bb0(%x: tensor<2x3xf32>):
    %0 = "mr.transpose"(%x) <{perm = array<i64: 1, 0>}> : (tensor<2x3xf32>) -> tensor<3x2xf32>
    %1 = "mr.transpose"(%0) <{perm = array<i64: 1, 0>}> : (tensor<3x2xf32>) -> tensor<2x3xf32>
    %2 = "mr.reshape"(%1) <{shape = array<i64: 6>}> : (tensor<2x3xf32>) -> tensor<6xf32>
    %3 = "mr.reshape"(%2) <{shape = array<i64: 3, 2>}> : (tensor<6xf32>) -> tensor<3x2xf32>
    %4 = "mr.slice"(%x) <{starts = array<i64: 0, 1>, sizes = array<i64: 2, 2>}> : (tensor<2x3xf32>) -> tensor<2x2xf32>
    %5 = "mr.slice"(%4) <{starts = array<i64: 0, 1>, sizes = array<i64: 2, 1>}> : (tensor<2x2xf32>) -> tensor<2x1xf32>
    "func.return"(%3, %5) : (tensor<3x2xf32>, tensor<2x1xf32>) -> ()
  }) : () -> ()
}) : () -> ()
