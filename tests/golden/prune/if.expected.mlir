"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<i1>, tensor<2xf32>) -> tensor<2xf32>, role = "entry"}> ({
  ^bb0(%flag: tensor<i1>, %x: tensor<2xf32>):
    %0 = "tensor.extract"(%flag) : (tensor<i1>) -> i1
    %1 = "scf.if"(%0) ({
      %2 = "mr.tanh"(%x) : (tensor<2xf32>) -> tensor<2xf32>
      "scf.yield"(%2) : (tensor<2xf32>) -> ()
    }, {
      %3 = "mr.neg"(%x) : (tensor<2xf32>) -> tensor<2xf32>
      %4 = "mr.sub"(%x, %3) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
      "scf.yield"(%4) : (tensor<2xf32>) -> ()
    }) : (i1) -> tensor<2xf32>
    "func.return"(%1) : (tensor<2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
