"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<i1>, tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>), role = "entry"}> ({
  ^bb0(%flag: tensor<i1>, %x: tensor<2xf32>):
    %0 = "tensor.extract"(%flag) : (tensor<i1>) -> i1
    %1, %2 = "scf.if"(%0) ({
      %3 = "mr.exp"(%x) : (tensor<2xf32>) -> tensor<2xf32>
      %4 = "mr.neg"(%x) : (tensor<2xf32>) -> tensor<2xf32>
      "scf.yield"(%3, %4) : (tensor<2xf32>, tensor<2xf32>) -> ()
    }, {
      "scf.yield"(%x, %x) : (tensor<2xf32>, tensor<2xf32>) -> ()
    }) : (i1) -> (tensor<2xf32>, tensor<2xf32>)
    "func.return"(%1, %2) : (tensor<2xf32>, tensor<2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
