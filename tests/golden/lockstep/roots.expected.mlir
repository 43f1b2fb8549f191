"builtin.module"() <{strict = false, target = {name = "test", triple = "", vector_bytes = 16 : i64, vector_registers = 16 : i64}}> ({
  "func.func"() <{sym_name = "main", function_type = (memref<5xf64>, memref<5xf64>, memref<0xi8>) -> (), role = "entry", arg_names = ["x"], result_names = ["y"], num_inputs = 1 : i64, num_states = 0 : i64}> ({
  ^bb0(%0: memref<5xf64>, %1: memref<5xf64>, %2: memref<0xi8>):
    %3 = "arith.constant"() <{value = 0 : index}> : () -> index
    %4 = "arith.constant"() <{value = 5 : index}> : () -> index
    %5 = "arith.constant"() <{value = 1 : index}> : () -> index
    %6 = "arith.constant"() <{value = 0.5 : f64}> : () -> f64
    %7 = "arith.constant"() <{value = 1.0e-09 : f64}> : () -> f64
    %8 = "arith.constant"() <{value = 1.0 : f64}> : () -> f64
    %9 = "arith.constant"() <{value = dense<true> : vector<2xi1>}> : () -> vector<2xi1>
    %10 = "arith.constant"() <{value = 2 : index}> : () -> index
    %11 = "arith.constant"() <{value = 4 : index}> : () -> index
    %12 = "vector.broadcast"(%8) : (f64) -> vector<2xf64>
    %13 = "vector.broadcast"(%7) : (f64) -> vector<2xf64>
    %14 = "vector.broadcast"(%6) : (f64) -> vector<2xf64>
    "scf.for"(%3, %11, %10) ({
    ^bb0(%15: index):
      %16 = "vector.step"() <{size = 2 : i64}> : () -> vector<2xindex>
      %17 = "vector.broadcast"(%15) : (index) -> vector<2xindex>
      %18 = "arith.addi"(%17, %16) : (vector<2xindex>, vector<2xindex>) -> vector<2xindex>
      %19 = "vector.extract"(%18) <{position = 0 : i64}> : (vector<2xindex>) -> index
      %20 = "vector.load"(%0, %19) : (memref<5xf64>, index) -> vector<2xf64>
      %21 = "math.absf"(%20) : (vector<2xf64>) -> vector<2xf64>
      %22 = "arith.addf"(%21, %12) : (vector<2xf64>, vector<2xf64>) -> vector<2xf64>
      %23, %24, %25 = "scf.while"(%22, %9) ({
      ^bb0(%26: vector<2xf64>, %27: vector<2xi1>):
        %28 = "arith.mulf"(%26, %26) : (vector<2xf64>, vector<2xf64>) -> vector<2xf64>
        %29 = "arith.subf"(%28, %22) : (vector<2xf64>, vector<2xf64>) -> vector<2xf64>
        %30 = "arith.cmpf"(%29, %13) <{predicate = 2 : i64}> : (vector<2xf64>, vector<2xf64>) -> vector<2xi1>
        %31 = "arith.andi"(%27, %30) : (vector<2xi1>, vector<2xi1>) -> vector<2xi1>
        %32 = "vector.reduction"(%31) <{kind = "or"}> : (vector<2xi1>) -> i1
        "scf.condition"(%32, %26, %31, %26) : (i1, vector<2xf64>, vector<2xi1>, vector<2xf64>) -> ()
      }, {
      ^bb0(%33: vector<2xf64>, %34: vector<2xi1>, %35: vector<2xf64>):
        %36 = "arith.divf"(%22, %33) : (vector<2xf64>, vector<2xf64>) -> vector<2xf64>
        %37 = "arith.addf"(%33, %36) : (vector<2xf64>, vector<2xf64>) -> vector<2xf64>
        %38 = "arith.mulf"(%37, %14) : (vector<2xf64>, vector<2xf64>) -> vector<2xf64>
        %39 = "arith.select"(%34, %38, %35) : (vector<2xi1>, vector<2xf64>, vector<2xf64>) -> vector<2xf64>
        "scf.yield"(%39, %34) : (vector<2xf64>, vector<2xi1>) -> ()
      }) : (vector<2xf64>, vector<2xi1>) -> (vector<2xf64>, vector<2xi1>, vector<2xf64>)
      %40 = "vector.extract"(%23) <{position = 0 : i64}> : (vector<2xf64>) -> f64
      %41 = "vector.extract"(%18) <{position = 0 : i64}> : (vector<2xindex>) -> index
      "memref.store"(%40, %1, %41) : (f64, memref<5xf64>, index) -> ()
      %42 = "vector.extract"(%23) <{position = 1 : i64}> : (vector<2xf64>) -> f64
      %43 = "vector.extract"(%18) <{position = 1 : i64}> : (vector<2xindex>) -> index
      "memref.store"(%42, %1, %43) : (f64, memref<5xf64>, index) -> ()
      "scf.yield"() : () -> ()
    }) : (index, index, index) -> ()
    "scf.for"(%11, %4, %5) ({
    ^bb0(%44: index):
      %45 = "memref.load"(%0, %44) : (memref<5xf64>, index) -> f64
      %46 = "math.absf"(%45) : (f64) -> f64
      %47 = "arith.addf"(%46, %8) : (f64, f64) -> f64
      %48 = "scf.while"(%47) ({
      ^bb0(%49: f64):
        %50 = "arith.mulf"(%49, %49) : (f64, f64) -> f64
        %51 = "arith.subf"(%50, %47) : (f64, f64) -> f64
        %52 = "arith.cmpf"(%51, %7) <{predicate = 2 : i64}> : (f64, f64) -> i1
        "scf.condition"(%52, %49) : (i1, f64) -> ()
      }, {
      ^bb0(%53: f64):
        %54 = "arith.divf"(%47, %53) : (f64, f64) -> f64
        %55 = "arith.addf"(%53, %54) : (f64, f64) -> f64
        %56 = "arith.mulf"(%55, %6) : (f64, f64) -> f64
        "scf.yield"(%56) : (f64) -> ()
      }) : (f64) -> f64
      "memref.store"(%48, %1, %44) : (f64, memref<5xf64>, index) -> ()
      "scf.yield"() : () -> ()
    }) : (index, index, index) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
