"builtin.module"() <{strict = false, target = {name = "test", triple = "", vector_bytes = 16 : i64, vector_registers = 16 : i64, fpu = "single", fpu_round = false}}> ({
  "func.func"() <{sym_name = "k0", function_type = (memref<5xf32>, memref<5xf32>) -> (), role = "kernel"}> ({
  ^bb0(%0: memref<5xf32>, %1: memref<5xf32>):
    %2 = "arith.constant"() <{value = 0 : index}> : () -> index
    %3 = "arith.constant"() <{value = 4 : index}> : () -> index
    %4 = "vector.load"(%0, %2) : (memref<5xf32>, index) -> vector<4xf32>
    %5 = "arith.minimumf"(%4, %4) : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    "vector.store"(%5, %1, %2) : (vector<4xf32>, memref<5xf32>, index) -> ()
    %6 = "memref.load"(%0, %3) : (memref<5xf32>, index) -> f32
    %7 = "math.sqrt"(%6) : (f32) -> f32
    "memref.store"(%7, %1, %3) : (f32, memref<5xf32>, index) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<5xf32>, memref<5xf32>, memref<0xi8>) -> (), role = "entry", result_names = ["out0"], num_inputs = 1 : i64}> ({
  ^bb0(%x: memref<5xf32>, %0: memref<5xf32>, %arena: memref<0xi8>):
    "func.call"(%x, %0) <{callee = @k0}> : (memref<5xf32>, memref<5xf32>) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
