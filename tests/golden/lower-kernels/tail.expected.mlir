"builtin.module"() <{strict = false, target = {name = "test", triple = "", vector_bytes = 16 : i64, vector_registers = 16 : i64}}> ({
  "func.func"() <{sym_name = "k0", function_type = (memref<7xf32>, memref<7xf32>, memref<7xf32>) -> (), role = "kernel"}> ({
  ^bb0(%0: memref<7xf32>, %1: memref<7xf32>, %2: memref<7xf32>):
    %3 = "arith.constant"() <{value = 0 : index}> : () -> index
    %4 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %5 = "arith.constant"() <{value = 4 : index}> : () -> index
    %6 = "vector.load"(%0, %3) : (memref<7xf32>, index) -> vector<4xf32>
    %7 = "vector.load"(%1, %3) : (memref<7xf32>, index) -> vector<4xf32>
    %8 = "arith.addf"(%6, %7) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %9 = "arith.mulf"(%8, %6) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    "vector.store"(%9, %2, %3) : (vector<4xf32>, memref<7xf32>, index) -> ()
    %10 = "vector.load"(%0, %5) : (memref<7xf32>, index) -> vector<3xf32>
    %11 = "vector.load"(%1, %5) : (memref<7xf32>, index) -> vector<3xf32>
    %12 = "arith.addf"(%10, %11) <{fastmath = #arith.fastmath<contract>}> : (vector<3xf32>, vector<3xf32>) -> vector<3xf32>
    %13 = "arith.mulf"(%12, %10) <{fastmath = #arith.fastmath<contract>}> : (vector<3xf32>, vector<3xf32>) -> vector<3xf32>
    "vector.store"(%13, %2, %5) : (vector<3xf32>, memref<7xf32>, index) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<7xf32>, memref<7xf32>, memref<7xf32>) -> (), role = "entry", result_names = ["out0"], num_inputs = 2 : i64}> ({
  ^bb0(%x: memref<7xf32>, %y: memref<7xf32>, %0: memref<7xf32>):
    "func.call"(%x, %y, %0) <{callee = @k0}> : (memref<7xf32>, memref<7xf32>, memref<7xf32>) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
