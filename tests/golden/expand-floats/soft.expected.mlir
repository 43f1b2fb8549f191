"builtin.module"() <{strict = false, target = {name = "test", triple = "", vector_bytes = 16 : i64, vector_registers = 16 : i64, fpu = "none", fpu_round = false}}> ({
  "func.func"() <{sym_name = "k0", function_type = (memref<5xf32>, memref<5xf32>) -> (), role = "kernel"}> ({
  ^bb0(%0: memref<5xf32>, %1: memref<5xf32>):
    %2 = "arith.constant"() <{value = 0 : index}> : () -> index
    %3 = "arith.constant"() <{value = 4 : index}> : () -> index
    %4 = "vector.load"(%0, %2) : (memref<5xf32>, index) -> vector<4xf32>
    %5 = "arith.bitcast"(%4) : (vector<4xf32>) -> vector<4xi32>
    %6 = "arith.bitcast"(%4) : (vector<4xf32>) -> vector<4xi32>
    %7 = "arith.constant"() <{value = dense<31> : vector<4xi32>}> : () -> vector<4xi32>
    %8 = "arith.shrsi"(%5, %7) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %9 = "arith.constant"() <{value = dense<2147483647> : vector<4xi32>}> : () -> vector<4xi32>
    %10 = "arith.andi"(%8, %9) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %11 = "arith.xori"(%5, %10) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %12 = "arith.shrsi"(%6, %7) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %13 = "arith.andi"(%12, %9) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %14 = "arith.xori"(%6, %13) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %15 = "arith.cmpi"(%11, %14) <{predicate = 4 : i64}> : (vector<4xi32>, vector<4xi32>) -> vector<4xi1>
    %16 = "arith.select"(%15, %5, %6) : (vector<4xi1>, vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %17 = "arith.andi"(%6, %9) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %18 = "arith.constant"() <{value = dense<2139095040> : vector<4xi32>}> : () -> vector<4xi32>
    %19 = "arith.cmpi"(%17, %18) <{predicate = 4 : i64}> : (vector<4xi32>, vector<4xi32>) -> vector<4xi1>
    %20 = "arith.select"(%19, %6, %16) : (vector<4xi1>, vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %21 = "arith.andi"(%5, %9) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %22 = "arith.cmpi"(%21, %18) <{predicate = 4 : i64}> : (vector<4xi32>, vector<4xi32>) -> vector<4xi1>
    %23 = "arith.select"(%22, %5, %20) : (vector<4xi1>, vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %24 = "arith.bitcast"(%23) : (vector<4xi32>) -> vector<4xf32>
    "vector.store"(%24, %1, %2) : (vector<4xf32>, memref<5xf32>, index) -> ()
    %25 = "memref.load"(%0, %3) : (memref<5xf32>, index) -> f32
    %26 = "arith.bitcast"(%25) : (f32) -> i32
    %27 = "arith.constant"() <{value = 2147483647 : i32}> : () -> i32
    %28 = "arith.andi"(%26, %27) : (i32, i32) -> i32
    %29 = "arith.xori"(%26, %28) : (i32, i32) -> i32
    %30 = "arith.constant"() <{value = 23 : i32}> : () -> i32
    %31 = "arith.shrsi"(%28, %30) : (i32, i32) -> i32
    %32 = "arith.constant"() <{value = 127 : i32}> : () -> i32
    %33 = "arith.subi"(%31, %32) : (i32, i32) -> i32
    %34 = "arith.constant"() <{value = 0 : i32}> : () -> i32
    %35 = "arith.cmpi"(%33, %34) <{predicate = 2 : i64}> : (i32, i32) -> i1
    %36 = "arith.cmpi"(%33, %30) <{predicate = 5 : i64}> : (i32, i32) -> i1
    %37 = "arith.ori"(%35, %36) : (i1, i1) -> i1
    %38 = "arith.select"(%37, %34, %33) : (i1, i32, i32) -> i32
    %39 = "arith.constant"() <{value = 8388607 : i32}> : () -> i32
    %40 = "arith.shrui"(%39, %38) : (i32, i32) -> i32
    %41 = "arith.cmpi"(%29, %34) <{predicate = 1 : i64}> : (i32, i32) -> i1
    %42 = "arith.select"(%41, %40, %34) : (i1, i32, i32) -> i32
    %43 = "arith.addi"(%28, %42) : (i32, i32) -> i32
    %44 = "arith.constant"() <{value = -1 : i32}> : () -> i32
    %45 = "arith.xori"(%40, %44) : (i32, i32) -> i32
    %46 = "arith.andi"(%43, %45) : (i32, i32) -> i32
    %47 = "arith.constant"() <{value = 1065353216 : i32}> : () -> i32
    %48 = "arith.cmpi"(%29, %34) <{predicate = 1 : i64}> : (i32, i32) -> i1
    %49 = "arith.cmpi"(%28, %34) <{predicate = 1 : i64}> : (i32, i32) -> i1
    %50 = "arith.andi"(%48, %49) : (i1, i1) -> i1
    %51 = "arith.select"(%50, %47, %34) : (i1, i32, i32) -> i32
    %52 = "arith.select"(%35, %51, %46) : (i1, i32, i32) -> i32
    %53 = "arith.ori"(%29, %52) : (i32, i32) -> i32
    %54 = "arith.select"(%36, %26, %53) : (i1, i32, i32) -> i32
    %55 = "arith.bitcast"(%54) : (i32) -> f32
    "memref.store"(%55, %1, %3) : (f32, memref<5xf32>, index) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<5xf32>, memref<5xf32>, memref<0xi8>) -> (), role = "entry", result_names = ["out0"], num_inputs = 1 : i64}> ({
  ^bb0(%x: memref<5xf32>, %0: memref<5xf32>, %arena: memref<0xi8>):
    "func.call"(%x, %0) <{callee = @k0}> : (memref<5xf32>, memref<5xf32>) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
