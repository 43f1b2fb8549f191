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
      %8 = "arith.constant"() <{value = 0 : i64}> : () -> i64
      %9 = "arith.constant"() <{value = 4 : i64}> : () -> i64
      %10 = "arith.cmpi"(%j_1, %8) <{predicate = 2 : i64}> : (i64, i64) -> i1
      %11 = "arith.addi"(%j_1, %9) : (i64, i64) -> i64
      %12 = "arith.select"(%10, %11, %j_1) : (i1, i64, i64) -> i64
      %13 = "arith.cmpi"(%12, %9) <{predicate = 6 : i64}> : (i64, i64) -> i1
      "mr.check"(%13) <{code = "index"}> : (i1) -> ()
      %14 = "arith.select"(%13, %12, %8) : (i1, i64, i64) -> i64
      %15 = "arith.index_cast"(%14) : (i64) -> index
      %16 = "arith.constant"() <{value = 0 : i64}> : () -> i64
      %17 = "arith.constant"() <{value = 3 : i64}> : () -> i64
      %18 = "arith.cmpi"(%1, %16) <{predicate = 2 : i64}> : (i64, i64) -> i1
      %19 = "arith.addi"(%1, %17) : (i64, i64) -> i64
      %20 = "arith.select"(%18, %19, %1) : (i1, i64, i64) -> i64
      %21 = "arith.cmpi"(%20, %17) <{predicate = 6 : i64}> : (i64, i64) -> i1
      "mr.check"(%21) <{code = "index"}> : (i1) -> ()
      %22 = "arith.select"(%21, %20, %16) : (i1, i64, i64) -> i64
      %23 = "arith.index_cast"(%22) : (i64) -> index
      %24 = "tensor.extract"(%x, %15, %23) : (tensor<4x3xf32>, index, index) -> f32
      %25 = "math.absf"(%24) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
      %26 = "arith.addf"(%s_1, %25) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %27 = "tensor.from_elements"(%26) : (f32) -> tensor<f32>
      %28 = "arith.constant"() <{value = 0 : i64}> : () -> i64
      %29 = "arith.constant"() <{value = 4 : i64}> : () -> i64
      %30 = "arith.cmpi"(%j_1, %28) <{predicate = 2 : i64}> : (i64, i64) -> i1
      %31 = "arith.addi"(%j_1, %29) : (i64, i64) -> i64
      %32 = "arith.select"(%30, %31, %j_1) : (i1, i64, i64) -> i64
      %33 = "arith.cmpi"(%32, %29) <{predicate = 6 : i64}> : (i64, i64) -> i1
      "mr.check"(%33) <{code = "index"}> : (i1) -> ()
      %34 = "arith.select"(%33, %32, %28) : (i1, i64, i64) -> i64
      %35 = "arith.index_cast"(%34) : (i64) -> index
      %36 = "mr.index"(%x, %35) <{axes = array<i64: 0>, in_bounds = true}> : (tensor<4x3xf32>, index) -> tensor<3xf32>
      %37 = "mr.mul"(%36, %27) : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
      %38 = "arith.addi"(%j_1, %2) : (i64, i64) -> i64
      "scf.yield"(%38, %26, %37) : (i64, f32, tensor<3xf32>) -> ()
    }) : (i64, f32, tensor<3xf32>) -> (i64, f32, tensor<3xf32>)
    %39 = "tensor.from_elements"(%sum) : (f32) -> tensor<f32>
    "func.return"(%39, %last) : (tensor<f32>, tensor<3xf32>) -> ()
  }) : () -> ()
}) : () -> ()
