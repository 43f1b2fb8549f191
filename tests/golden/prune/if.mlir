// RUN: millrace opt %s --pipeline "prune"
// One result of two is used.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<i1>, tensor<2xf32>) -> tensor<2xf32>, role = "entry"}> ({
  ^bb0(%flag: tensor<i1>, %x: tensor<2xf32>):
    %0 = "tensor.extract"(%flag) : (tensor<i1>) -> i1
    %1, %2 = "scf.if"(%0) ({
      %3 = "mr.exp"(%x) : (tensor<2xf32>) -> tensor<2xf32>
      %4 = "mr.tanh"(%x) : (tensor<2xf32>) -> tensor<2xf32>
      "scf.yield"(%3, %4) : (tensor<2xf32>, tensor<2xf32>) -> ()
    }, {
      %5 = "mr.neg"(%x) : (tensor<2xf32>) -> tensor<2xf32>
      %6 = "mr.sub"(%x, %5) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
      "scf.yield"(%x, %6) : (tensor<2xf32>, tensor<2xf32>) -> ()
    }) : (i1) -> (tensor<2xf32>, tensor<2xf32>)
    %7 = "mr.sqrt"(%x) : (tensor<2xf32>) -> tensor<2xf32>
    "func.return"(%2) : (tensor<2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
