// RUN: millrace opt %s --pipeline "lockstep"
// Five square roots, two at a time; what is left over runs as before.
"builtin.module"() <{strict = false, target = {name = "test", triple = "", vector_bytes = 16 : i64, vector_registers = 16 : i64}}> ({
  "func.func"() <{sym_name = "main", function_type = (memref<5xf64>, memref<5xf64>, memref<0xi8>) -> (), role = "entry", arg_names = ["x"], result_names = ["y"], num_inputs = 1 : i64, num_states = 0 : i64}> ({
  ^bb0(%0: memref<5xf64>, %1: memref<5xf64>, %2: memref<0xi8>):
    %3 = "arith.constant"() <{value = 0 : index}> : () -> index
    %4 = "arith.constant"() <{value = 5 : index}> : () -> index
    %5 = "arith.constant"() <{value = 1 : index}> : () -> index
    %6 = "arith.constant"() <{value = 0.5 : f64}> : () -> f64
    %7 = "arith.constant"() <{value = 1.0e-09 : f64}> : () -> f64
    %20 = "arith.constant"() <{value = 1.0 : f64}> : () -> f64
    "scf.for"(%3, %4, %5) ({
    ^bb0(%8: index):
      %9 = "memref.load"(%0, %8) : (memref<5xf64>, index) -> f64
      %21 = "math.absf"(%9) : (f64) -> f64
      %22 = "arith.addf"(%21, %20) : (f64, f64) -> f64
      %10 = "scf.while"(%22) ({
      ^bb0(%11: f64):
        %12 = "arith.mulf"(%11, %11) : (f64, f64) -> f64
        %13 = "arith.subf"(%12, %22) : (f64, f64) -> f64
        %14 = "arith.cmpf"(%13, %7) <{predicate = 2 : i64}> : (f64, f64) -> i1
        "scf.condition"(%14, %11) : (i1, f64) -> ()
      }, {
      ^bb0(%15: f64):
        %16 = "arith.divf"(%22, %15) : (f64, f64) -> f64
        %17 = "arith.addf"(%15, %16) : (f64, f64) -> f64
        %18 = "arith.mulf"(%17, %6) : (f64, f64) -> f64
        "scf.yield"(%18) : (f64) -> ()
      }) : (f64) -> f64
      "memref.store"(%10, %1, %8) : (f64, memref<5xf64>, index) -> ()
      "scf.yield"() : () -> ()
    }) : (index, index, index) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
