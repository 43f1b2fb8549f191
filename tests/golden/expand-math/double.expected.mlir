"builtin.module"() <{strict = false, target = {name = "test", triple = "", vector_bytes = 16 : i64, vector_registers = 16 : i64}}> ({
  "func.func"() <{sym_name = "k0", function_type = (memref<4xf64>, memref<4xf64>) -> (), role = "kernel"}> ({
  ^bb0(%0: memref<4xf64>, %1: memref<4xf64>):
    %2 = "arith.constant"() <{value = 0 : index}> : () -> index
    %3 = "arith.constant"() <{value = 0.0 : f64}> : () -> f64
    %4 = "arith.constant"() <{value = 2 : index}> : () -> index
    %5 = "vector.load"(%0, %2) : (memref<4xf64>, index) -> vector<2xf64>
    %6 = "math.log"(%5) <{fastmath = #arith.fastmath<contract>}> : (vector<2xf64>) -> vector<2xf64>
    "vector.store"(%6, %1, %2) : (vector<2xf64>, memref<4xf64>, index) -> ()
    %7 = "vector.load"(%0, %4) : (memref<4xf64>, index) -> vector<2xf64>
    %8 = "math.log"(%7) <{fastmath = #arith.fastmath<contract>}> : (vector<2xf64>) -> vector<2xf64>
    "vector.store"(%8, %1, %4) : (vector<2xf64>, memref<4xf64>, index) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<4xf64>, memref<4xf64>, memref<0xi8>) -> (), role = "entry", result_names = ["out0"], num_inputs = 1 : i64}> ({
  ^bb0(%x: memref<4xf64>, %0: memref<4xf64>, %arena: memref<0xi8>):
    "func.call"(%x, %0) <{callee = @k0}> : (memref<4xf64>, memref<4xf64>) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
