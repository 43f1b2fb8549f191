"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<5xf32>, tensor<2xf32>, tensor<f32>) -> tensor<5xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<5xf32>, %w: tensor<2xf32>, %v: tensor<f32>):
    %0 = "tensor.extract"(%v) : (tensor<f32>) -> f32
    %two = "mr.constant"() <{value = dense<2> : tensor<i64>}> : () -> tensor<i64>
    %1 = "arith.constant"() <{value = 2 : i64}> : () -> i64
    %four = "mr.constant"() <{value = dense<-1> : tensor<i64>}> : () -> tensor<i64>
    %2 = "arith.constant"() <{value = -1 : i64}> : () -> i64
    %zero = "mr.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
    %3 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %4 = "arith.cmpf"(%0, %3) <{predicate = 4 : i64}> : (f32, f32) -> i1
    %5 = "scf.if"(%4) ({
      %6 = "arith.negf"(%0) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
      "scf.yield"(%6) : (f32) -> ()
    }, {
      "scf.yield"(%0) : (f32) -> ()
    }) : (i1) -> f32
    %7 = "tensor.from_elements"(%5) : (f32) -> tensor<f32>
    %8 = "arith.constant"() <{value = 0 : i64}> : () -> i64
    %9 = "arith.constant"() <{value = 5 : i64}> : () -> i64
    %10 = "arith.cmpi"(%2, %8) <{predicate = 2 : i64}> : (i64, i64) -> i1
    %11 = "arith.addi"(%2, %9) : (i64, i64) -> i64
    %12 = "arith.select"(%10, %11, %2) : (i1, i64, i64) -> i64
    %13 = "arith.cmpi"(%12, %9) <{predicate = 6 : i64}> : (i64, i64) -> i1
    "mr.check"(%13) <{code = "index"}> : (i1) -> ()
    %14 = "arith.select"(%13, %12, %8) : (i1, i64, i64) -> i64
    %15 = "arith.index_cast"(%14) : (i64) -> index
    %16 = "arith.constant"() <{value = 0 : index}> : () -> index
    %17 = "tensor.insert"(%5, %x, %15) : (f32, tensor<5xf32>, index) -> tensor<5xf32>
    %18 = "arith.constant"() <{value = 0 : i64}> : () -> i64
    %19 = "arith.constant"() <{value = 4 : i64}> : () -> i64
    %20 = "arith.cmpi"(%1, %19) <{predicate = 6 : i64}> : (i64, i64) -> i1
    "mr.check"(%20) <{code = "index"}> : (i1) -> ()
    %21 = "arith.select"(%20, %1, %18) : (i1, i64, i64) -> i64
    %22 = "arith.index_cast"(%21) : (i64) -> index
    %23 = "mr.index_update"(%17, %w, %22) <{axes = array<i64: 0>, sizes = array<i64: 2>, in_bounds = true}> : (tensor<5xf32>, tensor<2xf32>, index) -> tensor<5xf32>
    %24 = "mr.add"(%23, %7) : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
    "func.return"(%24) : (tensor<5xf32>) -> ()
  }) : () -> ()
}) : () -> ()
