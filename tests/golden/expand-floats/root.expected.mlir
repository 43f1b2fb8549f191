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
    %15 = "arith.cmpi"(%11, %14) <{predicate = 2 : i64}> : (vector<4xi32>, vector<4xi32>) -> vector<4xi1>
    %16 = "arith.select"(%15, %5, %6) : (vector<4xi1>, vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %17 = "arith.andi"(%6, %9) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %18 = "arith.constant"() <{value = dense<2139095040> : vector<4xi32>}> : () -> vector<4xi32>
    %19 = "arith.cmpi"(%17, %18) <{predicate = 4 : i64}> : (vector<4xi32>, vector<4xi32>) -> vector<4xi1>
    %20 = "arith.select"(%19, %5, %16) : (vector<4xi1>, vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %21 = "arith.andi"(%5, %9) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %22 = "arith.cmpi"(%21, %18) <{predicate = 4 : i64}> : (vector<4xi32>, vector<4xi32>) -> vector<4xi1>
    %23 = "arith.select"(%22, %6, %20) : (vector<4xi1>, vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %24 = "arith.bitcast"(%23) : (vector<4xi32>) -> vector<4xf32>
    "vector.store"(%24, %1, %2) : (vector<4xf32>, memref<5xf32>, index) -> ()
    %25 = "memref.load"(%0, %3) : (memref<5xf32>, index) -> f32
    %26 = "arith.bitcast"(%25) : (f32) -> i32
    %27 = "arith.constant"() <{value = 8388608 : i32}> : () -> i32
    %28 = "arith.cmpi"(%26, %27) <{predicate = 2 : i64}> : (i32, i32) -> i1
    %29 = "scf.if"(%28) ({
      %30 = "arith.constant"() <{value = 67108864.0 : f32}> : () -> f32
      %31 = "arith.mulf"(%25, %30) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %32 = "arith.bitcast"(%31) : (f32) -> i32
      %33 = "arith.select"(%28, %32, %26) : (i1, i32, i32) -> i32
      "scf.yield"(%33) : (i32) -> ()
    }, {
      "scf.yield"(%26) : (i32) -> ()
    }) : (i1) -> i32
    %34 = "arith.constant"() <{value = 23 : i32}> : () -> i32
    %35 = "arith.shrsi"(%29, %34) : (i32, i32) -> i32
    %36 = "arith.constant"() <{value = 127 : i32}> : () -> i32
    %37 = "arith.subi"(%35, %36) : (i32, i32) -> i32
    %38 = "arith.constant"() <{value = 8388607 : i32}> : () -> i32
    %39 = "arith.andi"(%29, %38) : (i32, i32) -> i32
    %40 = "arith.ori"(%39, %27) : (i32, i32) -> i32
    %41 = "arith.constant"() <{value = 1 : i32}> : () -> i32
    %42 = "arith.andi"(%37, %41) : (i32, i32) -> i32
    %43 = "arith.shli"(%40, %42) : (i32, i32) -> i32
    %44 = "arith.constant"() <{value = 0 : i32}> : () -> i32
    %45 = "arith.shli"(%43, %41) : (i32, i32) -> i32
    %46 = "arith.constant"() <{value = 16777216 : i32}> : () -> i32
    %47 = "arith.constant"() <{value = 0 : index}> : () -> index
    %48 = "arith.constant"() <{value = 25 : index}> : () -> index
    %49 = "arith.constant"() <{value = 1 : index}> : () -> index
    %50, %51, %52, %53 = "scf.for"(%47, %48, %49, %45, %44, %44, %46) ({
    ^bb0(%54: index, %55: i32, %56: i32, %57: i32, %58: i32):
      %59 = "arith.constant"() <{value = 0 : i32}> : () -> i32
      %60 = "arith.addi"(%56, %58) : (i32, i32) -> i32
      %61 = "arith.cmpi"(%60, %55) <{predicate = 3 : i64}> : (i32, i32) -> i1
      %62 = "arith.select"(%61, %60, %59) : (i1, i32, i32) -> i32
      %63 = "arith.subi"(%55, %62) : (i32, i32) -> i32
      %64 = "arith.addi"(%60, %58) : (i32, i32) -> i32
      %65 = "arith.select"(%61, %64, %56) : (i1, i32, i32) -> i32
      %66 = "arith.addi"(%57, %58) : (i32, i32) -> i32
      %67 = "arith.select"(%61, %66, %57) : (i1, i32, i32) -> i32
      %68 = "arith.constant"() <{value = 1 : i32}> : () -> i32
      %69 = "arith.shli"(%63, %68) : (i32, i32) -> i32
      %70 = "arith.shrui"(%58, %68) : (i32, i32) -> i32
      "scf.yield"(%69, %65, %67, %70) : (i32, i32, i32, i32) -> ()
    }) : (index, index, index, i32, i32, i32, i32) -> (i32, i32, i32, i32)
    %71 = "arith.cmpi"(%50, %44) <{predicate = 1 : i64}> : (i32, i32) -> i1
    %72 = "arith.andi"(%52, %41) : (i32, i32) -> i32
    %73 = "arith.addi"(%52, %72) : (i32, i32) -> i32
    %74 = "arith.select"(%71, %73, %52) : (i1, i32, i32) -> i32
    %75 = "arith.shrui"(%74, %41) : (i32, i32) -> i32
    %76 = "arith.constant"() <{value = 1056964608 : i32}> : () -> i32
    %77 = "arith.addi"(%75, %76) : (i32, i32) -> i32
    %78 = "arith.shrsi"(%37, %41) : (i32, i32) -> i32
    %79 = "arith.shli"(%78, %34) : (i32, i32) -> i32
    %80 = "arith.addi"(%77, %79) : (i32, i32) -> i32
    %81 = "arith.constant"() <{value = 109051904 : i32}> : () -> i32
    %82 = "arith.subi"(%80, %81) : (i32, i32) -> i32
    %83 = "arith.select"(%28, %82, %80) : (i1, i32, i32) -> i32
    %84 = "arith.constant"() <{value = 2143289344 : i32}> : () -> i32
    %85 = "arith.cmpi"(%26, %44) <{predicate = 2 : i64}> : (i32, i32) -> i1
    %86 = "arith.select"(%85, %84, %26) : (i1, i32, i32) -> i32
    %87 = "arith.constant"() <{value = 2147483647 : i32}> : () -> i32
    %88 = "arith.andi"(%26, %87) : (i32, i32) -> i32
    %89 = "arith.cmpi"(%88, %44) <{predicate = 0 : i64}> : (i32, i32) -> i1
    %90 = "arith.andi"(%26, %87) : (i32, i32) -> i32
    %91 = "arith.constant"() <{value = 2139095040 : i32}> : () -> i32
    %92 = "arith.cmpi"(%90, %91) <{predicate = 4 : i64}> : (i32, i32) -> i1
    %93 = "arith.ori"(%89, %92) : (i1, i1) -> i1
    %94 = "arith.select"(%93, %26, %86) : (i1, i32, i32) -> i32
    %95 = "arith.cmpi"(%26, %44) <{predicate = 4 : i64}> : (i32, i32) -> i1
    %96 = "arith.cmpi"(%26, %91) <{predicate = 2 : i64}> : (i32, i32) -> i1
    %97 = "arith.andi"(%95, %96) : (i1, i1) -> i1
    %98 = "arith.select"(%97, %83, %94) : (i1, i32, i32) -> i32
    %99 = "arith.bitcast"(%98) : (i32) -> f32
    "memref.store"(%99, %1, %3) : (f32, memref<5xf32>, index) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<5xf32>, memref<5xf32>, memref<0xi8>) -> (), role = "entry", result_names = ["out0"], num_inputs = 1 : i64}> ({
  ^bb0(%x: memref<5xf32>, %0: memref<5xf32>, %arena: memref<0xi8>):
    "func.call"(%x, %0) <{callee = @k0}> : (memref<5xf32>, memref<5xf32>) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
