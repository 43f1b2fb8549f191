"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<4x3xf32>, tensor<f32>) -> (tensor<f32>, tensor<3xf32>), role = "entry"}> ({
  ^bb0(%x: tensor<4x3xf32>, %limit: tensor<f32>):
    %0 = "tensor.extract"(%limit) : (tensor<f32>) -> f32
    %zero = "mr.constant"() <{value = dense<0> : tensor<i64>}> : () -> tensor<i64>
    %1 = "arith.constant"() <{value = 0 : i64}> : () -> i64
    %one = "mr.constant"() <{value = dense<1> : tensor<i64>}> : () -> tensor<i64>
    %2 = "arith.constant"() <{value = 1 : i64}> : () -> i64
    %three = "mr.constant"() <{value = dense<3> : tensor<i64>}> : () -> tensor<i64>
    %3 = "arith.constant"() <{value = 3 : i64}> : () -> i64
    %start = "mr.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
    %4 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %row = "mr.constant"() <{value = dense<0.0> : tensor<3xf32>}> : () -> tensor<3xf32>
    %i, %sum, %last = "scf.while"(%1, %4, %row) ({
    ^bb0(%j: i64, %s: f32, %r: tensor<3xf32>):
      %5 = "arith.cmpi"(%j, %3) <{predicate = 2 : i64}> : (i64, i64) -> i1
      %6 = "arith.cmpf"(%s, %0) <{predicate = 4 : i64}> : (f32, f32) -> i1
      %7 = "arith.andi"(%5, %6) : (i1, i1) -> i1
      "scf.condition"(%7, %j, %s, %r) : (i1, i64, f32, tensor<3xf32>) -> ()
    }, {
    ^bb0(%j_1: i64, %s_1: f32, %r_1: tensor<3xf32>):
      %8 = "arith.index_cast"(%j_1) : (i64) -> index
      %9 = "arith.constant"() <{value = 0 : index}> : () -> index
      %10 = "arith.constant"() <{value = 4 : index}> : () -> index
      %11 = "arith.cmpi"(%8, %9) <{predicate = 2 : i64}> : (index, index) -> i1
      %12 = "arith.addi"(%8, %10) : (index, index) -> index
      %13 = "arith.select"(%11, %12, %8) : (i1, index, index) -> index
      %14 = "arith.cmpi"(%13, %9) <{predicate = 5 : i64}> : (index, index) -> i1
      %15 = "arith.cmpi"(%13, %10) <{predicate = 2 : i64}> : (index, index) -> i1
      %16 = "arith.andi"(%14, %15) : (i1, i1) -> i1
      "mr.check"(%16) <{code = "index"}> : (i1) -> ()
      %17 = "arith.constant"() <{value = 3 : index}> : () -> index
      %18 = "arith.maxsi"(%13, %9) : (index, index) -> index
      %19 = "arith.minsi"(%18, %17) : (index, index) -> index
      %20 = "arith.index_cast"(%1) : (i64) -> index
      %21 = "arith.constant"() <{value = 0 : index}> : () -> index
      %22 = "arith.constant"() <{value = 3 : index}> : () -> index
      %23 = "arith.cmpi"(%20, %21) <{predicate = 2 : i64}> : (index, index) -> i1
      %24 = "arith.addi"(%20, %22) : (index, index) -> index
      %25 = "arith.select"(%23, %24, %20) : (i1, index, index) -> index
      %26 = "arith.cmpi"(%25, %21) <{predicate = 5 : i64}> : (index, index) -> i1
      %27 = "arith.cmpi"(%25, %22) <{predicate = 2 : i64}> : (index, index) -> i1
      %28 = "arith.andi"(%26, %27) : (i1, i1) -> i1
      "mr.check"(%28) <{code = "index"}> : (i1) -> ()
      %29 = "arith.constant"() <{value = 2 : index}> : () -> index
      %30 = "arith.maxsi"(%25, %21) : (index, index) -> index
      %31 = "arith.minsi"(%30, %29) : (index, index) -> index
      %32 = "tensor.extract"(%x, %19, %31) : (tensor<4x3xf32>, index, index) -> f32
      %33 = "math.absf"(%32) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
      %34 = "arith.addf"(%s_1, %33) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %35 = "tensor.from_elements"(%34) : (f32) -> tensor<f32>
      %36 = "arith.index_cast"(%j_1) : (i64) -> index
      %37 = "arith.constant"() <{value = 0 : index}> : () -> index
      %38 = "arith.constant"() <{value = 4 : index}> : () -> index
      %39 = "arith.cmpi"(%36, %37) <{predicate = 2 : i64}> : (index, index) -> i1
      %40 = "arith.addi"(%36, %38) : (index, index) -> index
      %41 = "arith.select"(%39, %40, %36) : (i1, index, index) -> index
      %42 = "arith.cmpi"(%41, %37) <{predicate = 5 : i64}> : (index, index) -> i1
      %43 = "arith.cmpi"(%41, %38) <{predicate = 2 : i64}> : (index, index) -> i1
      %44 = "arith.andi"(%42, %43) : (i1, i1) -> i1
      "mr.check"(%44) <{code = "index"}> : (i1) -> ()
      %45 = "arith.constant"() <{value = 3 : index}> : () -> index
      %46 = "arith.maxsi"(%41, %37) : (index, index) -> index
      %47 = "arith.minsi"(%46, %45) : (index, index) -> index
      %48 = "mr.index"(%x, %47) <{axes = array<i64: 0>, in_bounds = true}> : (tensor<4x3xf32>, index) -> tensor<3xf32>
      %49 = "mr.mul"(%48, %35) : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
      %50 = "arith.addi"(%j_1, %2) : (i64, i64) -> i64
      "scf.yield"(%50, %34, %49) : (i64, f32, tensor<3xf32>) -> ()
    }) : (i64, f32, tensor<3xf32>) -> (i64, f32, tensor<3xf32>)
    %51 = "tensor.from_elements"(%sum) : (f32) -> tensor<f32>
    "func.return"(%51, %last) : (tensor<f32>, tensor<3xf32>) -> ()
  }) : () -> ()
}) : () -> ()
