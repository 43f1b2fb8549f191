"builtin.module"() <{strict = false, target = {name = "test", triple = "", vector_bytes = 16 : i64, vector_registers = 16 : i64}}> ({
  "func.func"() <{sym_name = "main", function_type = (memref<4xf64>, memref<1xf64>, memref<0xi8>) -> (), role = "entry", arg_names = ["x"], result_names = ["y"], num_inputs = 1 : i64, num_states = 0 : i64}> ({
  ^bb0(%0: memref<4xf64>, %1: memref<1xf64>, %2: memref<0xi8>):
    %3 = "arith.constant"() <{value = 0 : index}> : () -> index
    %4 = "arith.constant"() <{value = 4 : index}> : () -> index
    %5 = "arith.constant"() <{value = 1 : index}> : () -> index
    %6 = "arith.constant"() <{value = 0.5 : f64}> : () -> f64
    %7 = "arith.constant"() <{value = 8.0 : f64}> : () -> f64
    %8 = "scf.for"(%3, %4, %5, %7) ({
    ^bb0(%9: index, %10: f64):
      %11 = "memref.load"(%0, %9) : (memref<4xf64>, index) -> f64
      %12 = "arith.addf"(%10, %11) : (f64, f64) -> f64
      %13 = "scf.while"(%12) ({
      ^bb0(%14: f64):
        %15 = "arith.cmpf"(%14, %7) <{predicate = 2 : i64}> : (f64, f64) -> i1
        "scf.condition"(%15, %14) : (i1, f64) -> ()
      }, {
      ^bb0(%16: f64):
        %17 = "arith.mulf"(%16, %6) : (f64, f64) -> f64
        "scf.yield"(%17) : (f64) -> ()
      }) : (f64) -> f64
      "scf.yield"(%13) : (f64) -> ()
    }) : (index, index, index, f64) -> f64
    "memref.store"(%8, %1, %3) : (f64, memref<1xf64>, index) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
