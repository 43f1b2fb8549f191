// RUN: millrace opt %s --pipeline "canonicalize"
// A branch that is known, a loop of one trip and one of none.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>), role = "entry"}> ({
  ^bb0(%x: tensor<2xf32>):
    %0 = "arith.constant"() <{value = true}> : () -> i1
    %1 = "scf.if"(%0) ({
      %2 = "mr.exp"(%x) : (tensor<2xf32>) -> tensor<2xf32>
      "scf.yield"(%2) : (tensor<2xf32>) -> ()
    }, {
      %3 = "mr.tanh"(%x) : (tensor<2xf32>) -> tensor<2xf32>
      "scf.yield"(%3) : (tensor<2xf32>) -> ()
    }) : (i1) -> tensor<2xf32>
    %4 = "arith.constant"() <{value = 3 : index}> : () -> index
    %5 = "arith.constant"() <{value = 5 : index}> : () -> index
    %6 = "arith.constant"() <{value = 2 : index}> : () -> index
    %7 = "scf.for"(%4, %5, %6, %x) ({
    ^bb0(%8: index, %9: tensor<2xf32>):
      %10 = "mr.add"(%9, %x) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
      "scf.yield"(%10) : (tensor<2xf32>) -> ()
    }) : (index, index, index, tensor<2xf32>) -> tensor<2xf32>
    %11 = "arith.constant"() <{value = 5 : index}> : () -> index
    %12 = "arith.constant"() <{value = 5 : index}> : () -> index
    %13 = "arith.constant"() <{value = 1 : index}> : () -> index
    %14 = "scf.for"(%11, %12, %13, %x) ({
    ^bb0(%15: index, %16: tensor<2xf32>):
      %17 = "mr.mul"(%16, %x) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
      "scf.yield"(%17) : (tensor<2xf32>) -> ()
    }) : (index, index, index, tensor<2xf32>) -> tensor<2xf32>
    "func.return"(%1, %7, %14) : (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
