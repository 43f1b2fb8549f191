"builtin.module"() <{strict = false, target = {name = "test", triple = "", vector_bytes = 16 : i64, vector_registers = 16 : i64}}> ({
  "memref.global"() <{sym_name = "c0", value = dense<[1.0, 0.25, 0.5, 1.0, 0.25, 0.5, 0.75, -0.5]> : tensor<8xf32>}> : () -> ()
  "memref.global"() <{sym_name = "c0_p0", value = dense<[1.0, 0.25, 0.5, 1.0, 0.25, 0.5, 0.75, -0.5]> : tensor<8xf32>}> : () -> ()
  "func.func"() <{sym_name = "k0", function_type = (memref<12xf32>, memref<8xf32>, memref<8xf32>) -> (), role = "kernel"}> ({
  ^bb0(%0: memref<12xf32>, %1: memref<8xf32>, %2: memref<8xf32>):
    %3 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %4 = "arith.constant"() <{value = dense<0.0> : vector<4xf32>}> : () -> vector<4xf32>
    %5 = "arith.constant"() <{value = 0 : index}> : () -> index
    %6 = "arith.constant"() <{value = 4 : index}> : () -> index
    %7 = "arith.constant"() <{value = 8 : index}> : () -> index
    %8 = "vector.load"(%0, %5) : (memref<12xf32>, index) -> vector<4xf32>
    %9 = "vector.load"(%1, %5) : (memref<8xf32>, index) -> vector<4xf32>
    %10 = "arith.mulf"(%8, %9) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %11 = "arith.addf"(%4, %10) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %12 = "vector.load"(%0, %6) : (memref<12xf32>, index) -> vector<4xf32>
    %13 = "arith.mulf"(%12, %9) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %14 = "arith.addf"(%4, %13) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %15 = "vector.load"(%0, %6) : (memref<12xf32>, index) -> vector<4xf32>
    %16 = "vector.load"(%1, %6) : (memref<8xf32>, index) -> vector<4xf32>
    %17 = "arith.mulf"(%15, %16) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %18 = "arith.addf"(%4, %17) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %19 = "vector.load"(%0, %7) : (memref<12xf32>, index) -> vector<4xf32>
    %20 = "arith.mulf"(%19, %16) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %21 = "arith.addf"(%4, %20) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %22 = "arith.addf"(%11, %18) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %23 = "arith.addf"(%4, %4) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %24 = "arith.addf"(%22, %23) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %25 = "arith.addf"(%14, %21) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %26 = "arith.addf"(%4, %4) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %27 = "arith.addf"(%25, %26) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    "vector.store"(%24, %2, %5) : (vector<4xf32>, memref<8xf32>, index) -> ()
    "vector.store"(%27, %2, %6) : (vector<4xf32>, memref<8xf32>, index) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<12xf32>, memref<8xf32>) -> (), role = "entry", result_names = ["out0"], num_inputs = 1 : i64}> ({
  ^bb0(%x: memref<12xf32>, %0: memref<8xf32>):
    %1 = "memref.get_global"() <{sym = "c0_p0"}> : () -> memref<8xf32>
    "func.call"(%x, %1, %0) <{callee = @k0}> : (memref<12xf32>, memref<8xf32>, memref<8xf32>) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
