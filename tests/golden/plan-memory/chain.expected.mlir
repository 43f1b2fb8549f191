"builtin.module"() <{strict = false, target = {name = "test", triple = "", vector_bytes = 16 : i64, vector_registers = 16 : i64}}> ({
  "memref.global"() <{sym_name = "c0_p0", value = dense<[0.5, -0.5, -0.5, 1.0, -0.75, -0.5, 0.25, 0.75, 0.25, 0.75, -1.0, -0.25, 0.25, -0.25, -0.25, -0.25]> : tensor<16xf32>, offset = 0 : i64}> : () -> ()
  "memref.global"() <{sym_name = "c1_p1", value = dense<[-0.25, 0.75, 1.0, -0.5, -0.75, 0.25, 0.5, 0.5, 0.25, 0.5, 1.0, 1.0, 1.0, 0.75, 0.5, 1.0]> : tensor<16xf32>, offset = 64 : i64}> : () -> ()
  "memref.global"() <{sym_name = "c2_p2", value = dense<[0.5, 1.0, -0.5, -0.75, 0.75, 0.75, 0.0, -0.75, 0.75, 0.0, -0.75, -0.75, -0.25, 0.5, -0.25, 0.75]> : tensor<16xf32>, offset = 128 : i64}> : () -> ()
  "func.func"() <{sym_name = "k0", function_type = (memref<4xf32>, memref<16xf32>, memref<4xf32>) -> (), role = "kernel"}> ({
  ^bb0(%0: memref<4xf32>, %1: memref<16xf32>, %2: memref<4xf32>):
    %3 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %4 = "arith.constant"() <{value = dense<0.0> : vector<4xf32>}> : () -> vector<4xf32>
    %5 = "arith.constant"() <{value = 0 : index}> : () -> index
    %6 = "arith.constant"() <{value = 1 : index}> : () -> index
    %7 = "arith.constant"() <{value = 4 : index}> : () -> index
    %8 = "arith.constant"() <{value = 2 : index}> : () -> index
    %9 = "arith.constant"() <{value = 8 : index}> : () -> index
    %10 = "arith.constant"() <{value = 3 : index}> : () -> index
    %11 = "arith.constant"() <{value = 12 : index}> : () -> index
    %12 = "memref.load"(%0, %5) : (memref<4xf32>, index) -> f32
    %13 = "vector.load"(%1, %5) : (memref<16xf32>, index) -> vector<4xf32>
    %14 = "vector.broadcast"(%12) : (f32) -> vector<4xf32>
    %15 = "arith.mulf"(%14, %13) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %16 = "arith.addf"(%4, %15) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %17 = "memref.load"(%0, %6) : (memref<4xf32>, index) -> f32
    %18 = "vector.load"(%1, %7) : (memref<16xf32>, index) -> vector<4xf32>
    %19 = "vector.broadcast"(%17) : (f32) -> vector<4xf32>
    %20 = "arith.mulf"(%19, %18) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %21 = "arith.addf"(%4, %20) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %22 = "memref.load"(%0, %8) : (memref<4xf32>, index) -> f32
    %23 = "vector.load"(%1, %9) : (memref<16xf32>, index) -> vector<4xf32>
    %24 = "vector.broadcast"(%22) : (f32) -> vector<4xf32>
    %25 = "arith.mulf"(%24, %23) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %26 = "arith.addf"(%4, %25) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %27 = "memref.load"(%0, %10) : (memref<4xf32>, index) -> f32
    %28 = "vector.load"(%1, %11) : (memref<16xf32>, index) -> vector<4xf32>
    %29 = "vector.broadcast"(%27) : (f32) -> vector<4xf32>
    %30 = "arith.mulf"(%29, %28) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %31 = "arith.addf"(%4, %30) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %32 = "arith.addf"(%16, %21) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %33 = "arith.addf"(%26, %31) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %34 = "arith.addf"(%4, %4) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %35 = "arith.addf"(%4, %4) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %36 = "arith.addf"(%32, %33) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %37 = "arith.addf"(%34, %35) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %38 = "arith.addf"(%36, %37) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    "vector.store"(%38, %2, %5) : (vector<4xf32>, memref<4xf32>, index) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<4xf32>, memref<4xf32>, memref<128xi8>) -> (), role = "entry", result_names = ["out0"], num_inputs = 1 : i64}> ({
  ^bb0(%x: memref<4xf32>, %0: memref<4xf32>, %arena: memref<128xi8>):
    %1 = "arith.constant"() <{value = 0 : index}> : () -> index
    %2 = "arith.constant"() <{value = 64 : index}> : () -> index
    %3 = "memref.get_global"() <{sym = "c0_p0"}> : () -> memref<16xf32>
    %4 = "memref.view"(%arena, %1) <{steps = array<i64: 0, 1>}> : (memref<128xi8>, index) -> memref<4xf32>
    %5 = "memref.get_global"() <{sym = "c1_p1"}> : () -> memref<16xf32>
    %6 = "memref.view"(%arena, %2) <{steps = array<i64: 1, 2>}> : (memref<128xi8>, index) -> memref<4xf32>
    %7 = "memref.get_global"() <{sym = "c2_p2"}> : () -> memref<16xf32>
    "func.call"(%x, %3, %4) <{callee = @k0}> : (memref<4xf32>, memref<16xf32>, memref<4xf32>) -> ()
    "func.call"(%4, %5, %6) <{callee = @k0}> : (memref<4xf32>, memref<16xf32>, memref<4xf32>) -> ()
    "func.call"(%6, %7, %0) <{callee = @k0}> : (memref<4xf32>, memref<16xf32>, memref<4xf32>) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
