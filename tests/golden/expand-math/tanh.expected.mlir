"builtin.module"() <{strict = false, target = {name = "test", triple = "", vector_bytes = 16 : i64, vector_registers = 16 : i64}}> ({
  "func.func"() <{sym_name = "k0", function_type = (memref<5xf32>, memref<5xf32>) -> (), role = "kernel"}> ({
  ^bb0(%0: memref<5xf32>, %1: memref<5xf32>):
    %2 = "arith.constant"() <{value = 0 : index}> : () -> index
    %3 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %4 = "arith.constant"() <{value = 4 : index}> : () -> index
    %5 = "vector.load"(%0, %2) : (memref<5xf32>, index) -> vector<4xf32>
    %6 = "math.absf"(%5) : (vector<4xf32>) -> vector<4xf32>
    %7 = "arith.constant"() <{value = dense<9.02> : vector<4xf32>}> : () -> vector<4xf32>
    %8 = "arith.minimumf"(%6, %7) : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %9 = "arith.addf"(%8, %8) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %10 = "arith.constant"() <{value = dense<2.8853900817779268> : vector<4xf32>}> : () -> vector<4xf32>
    %11 = "arith.mulf"(%8, %10) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %12 = "arith.constant"() <{value = dense<12583039.0> : vector<4xf32>}> : () -> vector<4xf32>
    %13 = "arith.addf"(%11, %12) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %14 = "arith.subf"(%13, %12) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %15 = "arith.bitcast"(%13) : (vector<4xf32>) -> vector<4xi32>
    %16 = "arith.constant"() <{value = dense<23> : vector<4xi32>}> : () -> vector<4xi32>
    %17 = "arith.shli"(%15, %16) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %18 = "arith.bitcast"(%17) : (vector<4xi32>) -> vector<4xf32>
    %19 = "arith.constant"() <{value = dense<0.693359375> : vector<4xf32>}> : () -> vector<4xf32>
    %20 = "arith.mulf"(%14, %19) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %21 = "arith.subf"(%9, %20) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %22 = "arith.constant"() <{value = dense<-0.00021219444005471377> : vector<4xf32>}> : () -> vector<4xf32>
    %23 = "arith.mulf"(%14, %22) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %24 = "arith.subf"(%21, %23) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %25 = "arith.mulf"(%24, %24) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %26 = "arith.constant"() <{value = dense<0.16666528582572937> : vector<4xf32>}> : () -> vector<4xf32>
    %27 = "arith.mulf"(%24, %26) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %28 = "arith.constant"() <{value = dense<0.5> : vector<4xf32>}> : () -> vector<4xf32>
    %29 = "arith.addf"(%27, %28) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %30 = "arith.constant"() <{value = dense<0.008368448354303837> : vector<4xf32>}> : () -> vector<4xf32>
    %31 = "arith.mulf"(%24, %30) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %32 = "arith.constant"() <{value = dense<0.04166615009307861> : vector<4xf32>}> : () -> vector<4xf32>
    %33 = "arith.addf"(%31, %32) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %34 = "arith.constant"() <{value = dense<0.0013976250775158405> : vector<4xf32>}> : () -> vector<4xf32>
    %35 = "arith.mulf"(%25, %34) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %36 = "arith.addf"(%35, %33) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %37 = "arith.mulf"(%25, %36) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %38 = "arith.addf"(%37, %29) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %39 = "arith.mulf"(%38, %25) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %40 = "arith.addf"(%39, %24) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %41 = "arith.mulf"(%18, %40) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %42 = "arith.constant"() <{value = dense<1.0> : vector<4xf32>}> : () -> vector<4xf32>
    %43 = "arith.subf"(%18, %42) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %44 = "arith.addf"(%41, %43) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %45 = "arith.constant"() <{value = dense<2.0> : vector<4xf32>}> : () -> vector<4xf32>
    %46 = "arith.addf"(%44, %45) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %47 = "arith.divf"(%44, %46) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %48 = "arith.bitcast"(%47) : (vector<4xf32>) -> vector<4xi32>
    %49 = "arith.bitcast"(%5) : (vector<4xf32>) -> vector<4xi32>
    %50 = "arith.constant"() <{value = dense<-2147483648> : vector<4xi32>}> : () -> vector<4xi32>
    %51 = "arith.andi"(%49, %50) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %52 = "arith.ori"(%48, %51) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %53 = "arith.bitcast"(%52) : (vector<4xi32>) -> vector<4xf32>
    "vector.store"(%53, %1, %2) : (vector<4xf32>, memref<5xf32>, index) -> ()
    %54 = "memref.load"(%0, %4) : (memref<5xf32>, index) -> f32
    %55 = "math.absf"(%54) : (f32) -> f32
    %56 = "arith.constant"() <{value = 9.02 : f32}> : () -> f32
    %57 = "arith.minimumf"(%55, %56) : (f32, f32) -> f32
    %58 = "arith.addf"(%57, %57) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %59 = "arith.constant"() <{value = 2.8853900817779268 : f32}> : () -> f32
    %60 = "arith.mulf"(%57, %59) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %61 = "arith.constant"() <{value = 12583039.0 : f32}> : () -> f32
    %62 = "arith.addf"(%60, %61) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %63 = "arith.subf"(%62, %61) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %64 = "arith.bitcast"(%62) : (f32) -> i32
    %65 = "arith.constant"() <{value = 23 : i32}> : () -> i32
    %66 = "arith.shli"(%64, %65) : (i32, i32) -> i32
    %67 = "arith.bitcast"(%66) : (i32) -> f32
    %68 = "arith.constant"() <{value = 0.693359375 : f32}> : () -> f32
    %69 = "arith.mulf"(%63, %68) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %70 = "arith.subf"(%58, %69) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %71 = "arith.constant"() <{value = -0.00021219444005471377 : f32}> : () -> f32
    %72 = "arith.mulf"(%63, %71) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %73 = "arith.subf"(%70, %72) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %74 = "arith.mulf"(%73, %73) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %75 = "arith.constant"() <{value = 0.16666528582572937 : f32}> : () -> f32
    %76 = "arith.mulf"(%73, %75) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %77 = "arith.constant"() <{value = 0.5 : f32}> : () -> f32
    %78 = "arith.addf"(%76, %77) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %79 = "arith.constant"() <{value = 0.008368448354303837 : f32}> : () -> f32
    %80 = "arith.mulf"(%73, %79) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %81 = "arith.constant"() <{value = 0.04166615009307861 : f32}> : () -> f32
    %82 = "arith.addf"(%80, %81) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %83 = "arith.constant"() <{value = 0.0013976250775158405 : f32}> : () -> f32
    %84 = "arith.mulf"(%74, %83) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %85 = "arith.addf"(%84, %82) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %86 = "arith.mulf"(%74, %85) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %87 = "arith.addf"(%86, %78) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %88 = "arith.mulf"(%87, %74) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %89 = "arith.addf"(%88, %73) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %90 = "arith.mulf"(%67, %89) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %91 = "arith.constant"() <{value = 1.0 : f32}> : () -> f32
    %92 = "arith.subf"(%67, %91) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %93 = "arith.addf"(%90, %92) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %94 = "arith.constant"() <{value = 2.0 : f32}> : () -> f32
    %95 = "arith.addf"(%93, %94) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %96 = "arith.divf"(%93, %95) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %97 = "arith.bitcast"(%96) : (f32) -> i32
    %98 = "arith.bitcast"(%54) : (f32) -> i32
    %99 = "arith.constant"() <{value = -2147483648 : i32}> : () -> i32
    %100 = "arith.andi"(%98, %99) : (i32, i32) -> i32
    %101 = "arith.ori"(%97, %100) : (i32, i32) -> i32
    %102 = "arith.bitcast"(%101) : (i32) -> f32
    "memref.store"(%102, %1, %4) : (f32, memref<5xf32>, index) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<5xf32>, memref<5xf32>, memref<0xi8>) -> (), role = "entry", result_names = ["out0"], num_inputs = 1 : i64}> ({
  ^bb0(%x: memref<5xf32>, %0: memref<5xf32>, %arena: memref<0xi8>):
    "func.call"(%x, %0) <{callee = @k0}> : (memref<5xf32>, memref<5xf32>) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
