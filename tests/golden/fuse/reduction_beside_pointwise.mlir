// RUN: millrace opt %s --pipeline "structure,fuse"
// What the second product is made of, the sum does not read: it stays out of the sum's loops.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<12xf32>) -> (tensor<f32>, tensor<12xf32>), role = "entry"}> ({
  ^bb0(%x: tensor<12xf32>):
    %0 = "mr.abs"(%x) : (tensor<12xf32>) -> tensor<12xf32>
    %1 = "mr.neg"(%0) : (tensor<12xf32>) -> tensor<12xf32>
    %2 = "mr.exp"(%0) : (tensor<12xf32>) -> tensor<12xf32>
    %3 = "mr.reduce_sum"(%2) <{axes = array<i64: 0>}> : (tensor<12xf32>) -> tensor<f32>
    %4 = "mr.reduce_max"(%1) <{axes = array<i64: 0>}> : (tensor<12xf32>) -> tensor<f32>
    %5 = "mr.div"(%3, %4) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "func.return"(%5, %1) : (tensor<f32>, tensor<12xf32>) -> ()
  }) : () -> ()
}) : () -> ()
