"builtin.module"() <{strict = false, target = {name = "test", triple = "", vector_bytes = 16 : i64, vector_registers = 16 : i64}}> ({
  "memref.global"() <{sym_name = "c0", value = dense<[-0.75, -0.75, 0.75, 0.0, 0.25, 0.25, 0.5, -1.0, 0.0, -0.75, -0.25, 1.0, 0.0, -1.0, 0.0, -0.75, 0.5, 1.0, 1.0, 0.25, 0.75, -0.25, -0.75, 0.0]> : tensor<24xf32>}> : () -> ()
  "memref.global"() <{sym_name = "c0_p0", value = dense<[-0.75, -0.75, 0.75, 0.0, 0.25, 0.25, 0.5, -1.0, 0.0, -0.75, -0.25, 1.0, 0.0, -1.0, 0.0, -0.75, 0.5, 1.0, 1.0, 0.25, 0.75, -0.25, -0.75, 0.0]> : tensor<24xf32>}> : () -> ()
  "memref.global"() <{sym_name = "c1", value = dense<[0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75]> : tensor<8xf32>}> : () -> ()
  "func.func"() <{sym_name = "k0", function_type = (memref<3xf32>, memref<24xf32>, memref<8xf32>, memref<8xf32>) -> (), role = "kernel"}> ({
  ^bb0(%0: memref<3xf32>, %1: memref<24xf32>, %2: memref<8xf32>, %3: memref<8xf32>):
    %4 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %5 = "arith.constant"() <{value = dense<0.0> : vector<4xf32>}> : () -> vector<4xf32>
    %6 = "arith.constant"() <{value = 0 : index}> : () -> index
    %7 = "arith.constant"() <{value = 4 : index}> : () -> index
    %8 = "arith.constant"() <{value = 1 : index}> : () -> index
    %9 = "arith.constant"() <{value = 8 : index}> : () -> index
    %10 = "arith.constant"() <{value = 12 : index}> : () -> index
    %11 = "arith.constant"() <{value = 2 : index}> : () -> index
    %12 = "arith.constant"() <{value = 16 : index}> : () -> index
    %13 = "arith.constant"() <{value = 20 : index}> : () -> index
    %14 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %15 = "memref.load"(%0, %6) : (memref<3xf32>, index) -> f32
    %16 = "vector.load"(%1, %6) : (memref<24xf32>, index) -> vector<4xf32>
    %17 = "vector.broadcast"(%15) : (f32) -> vector<4xf32>
    %18 = "arith.mulf"(%17, %16) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %19 = "arith.addf"(%5, %18) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %20 = "vector.load"(%1, %7) : (memref<24xf32>, index) -> vector<4xf32>
    %21 = "arith.mulf"(%17, %20) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %22 = "arith.addf"(%5, %21) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %23 = "memref.load"(%0, %8) : (memref<3xf32>, index) -> f32
    %24 = "vector.load"(%1, %9) : (memref<24xf32>, index) -> vector<4xf32>
    %25 = "vector.broadcast"(%23) : (f32) -> vector<4xf32>
    %26 = "arith.mulf"(%25, %24) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %27 = "arith.addf"(%5, %26) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %28 = "vector.load"(%1, %10) : (memref<24xf32>, index) -> vector<4xf32>
    %29 = "arith.mulf"(%25, %28) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %30 = "arith.addf"(%5, %29) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %31 = "memref.load"(%0, %11) : (memref<3xf32>, index) -> f32
    %32 = "vector.load"(%1, %12) : (memref<24xf32>, index) -> vector<4xf32>
    %33 = "vector.broadcast"(%31) : (f32) -> vector<4xf32>
    %34 = "arith.mulf"(%33, %32) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %35 = "arith.addf"(%5, %34) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %36 = "vector.load"(%1, %13) : (memref<24xf32>, index) -> vector<4xf32>
    %37 = "arith.mulf"(%33, %36) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %38 = "arith.addf"(%5, %37) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %39 = "arith.addf"(%19, %27) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %40 = "arith.addf"(%35, %5) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %41 = "arith.addf"(%39, %40) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %42 = "arith.addf"(%22, %30) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %43 = "arith.addf"(%38, %5) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %44 = "arith.addf"(%42, %43) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %45 = "vector.load"(%2, %6) : (memref<8xf32>, index) -> vector<4xf32>
    %46 = "arith.addf"(%41, %45) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %47 = "arith.maximumf"(%46, %5) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    "vector.store"(%47, %3, %6) : (vector<4xf32>, memref<8xf32>, index) -> ()
    %48 = "vector.load"(%2, %7) : (memref<8xf32>, index) -> vector<4xf32>
    %49 = "arith.addf"(%44, %48) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %50 = "arith.maximumf"(%49, %5) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    "vector.store"(%50, %3, %7) : (vector<4xf32>, memref<8xf32>, index) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<3xf32>, memref<8xf32>) -> (), role = "entry", result_names = ["out0"], num_inputs = 1 : i64}> ({
  ^bb0(%x: memref<3xf32>, %0: memref<8xf32>):
    %1 = "memref.get_global"() <{sym = "c0_p0"}> : () -> memref<24xf32>
    %2 = "memref.get_global"() <{sym = "c1"}> : () -> memref<8xf32>
    "func.call"(%x, %1, %2, %0) <{callee = @k0}> : (memref<3xf32>, memref<24xf32>, memref<8xf32>, memref<8xf32>) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
