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
    %8 = "arith.index_cast"(%2) : (i64) -> index
    %9 = "arith.constant"() <{value = 0 : index}> : () -> index
    %10 = "arith.constant"() <{value = 5 : index}> : () -> index
    %11 = "arith.cmpi"(%8, %9) <{predicate = 2 : i64}> : (index, index) -> i1
    %12 = "arith.addi"(%8, %10) : (index, index) -> index
    %13 = "arith.select"(%11, %12, %8) : (i1, index, index) -> index
    %14 = "arith.cmpi"(%13, %9) <{predicate = 5 : i64}> : (index, index) -> i1
    %15 = "arith.cmpi"(%13, %10) <{predicate = 2 : i64}> : (index, index) -> i1
    %16 = "arith.andi"(%14, %15) : (i1, i1) -> i1
    "mr.check"(%16) <{code = "index"}> : (i1) -> ()
    %17 = "arith.constant"() <{value = 4 : index}> : () -> index
    %18 = "arith.maxsi"(%13, %9) : (index, index) -> index
    %19 = "arith.minsi"(%18, %17) : (index, index) -> index
    %20 = "arith.constant"() <{value = 0 : index}> : () -> index
    %21 = "tensor.insert"(%5, %x, %19) : (f32, tensor<5xf32>, index) -> tensor<5xf32>
    %22 = "arith.index_cast"(%1) : (i64) -> index
    %23 = "arith.constant"() <{value = 0 : index}> : () -> index
    %24 = "arith.constant"() <{value = 4 : index}> : () -> index
    %25 = "arith.cmpi"(%22, %23) <{predicate = 5 : i64}> : (index, index) -> i1
    %26 = "arith.cmpi"(%22, %24) <{predicate = 2 : i64}> : (index, index) -> i1
    %27 = "arith.andi"(%25, %26) : (i1, i1) -> i1
    "mr.check"(%27) <{code = "index"}> : (i1) -> ()
    %28 = "arith.constant"() <{value = 3 : index}> : () -> index
    %29 = "arith.maxsi"(%22, %23) : (index, index) -> index
    %30 = "arith.minsi"(%29, %28) : (index, index) -> index
    %31 = "mr.index_update"(%21, %w, %30) <{axes = array<i64: 0>, sizes = array<i64: 2>, in_bounds = true}> : (tensor<5xf32>, tensor<2xf32>, index) -> tensor<5xf32>
    %32 = "mr.add"(%31, %7) : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
    "func.return"(%32) : (tensor<5xf32>) -> ()
  }) : () -> ()
}) : () -> ()
