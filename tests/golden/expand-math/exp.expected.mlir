"builtin.module"() <{strict = false, target = {name = "test", triple = "", vector_bytes = 16 : i64, vector_registers = 16 : i64}}> ({
  "func.func"() <{sym_name = "k0", function_type = (memref<8xf32>, memref<8xf32>) -> (), role = "kernel"}> ({
  ^bb0(%0: memref<8xf32>, %1: memref<8xf32>):
    %2 = "arith.constant"() <{value = 0 : index}> : () -> index
    %3 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %4 = "arith.constant"() <{value = 4 : index}> : () -> index
    %5 = "vector.load"(%0, %2) : (memref<8xf32>, index) -> vector<4xf32>
    %6 = "arith.constant"() <{value = dense<-105.0> : vector<4xf32>}> : () -> vector<4xf32>
    %7 = "arith.maximumf"(%5, %6) : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %8 = "arith.constant"() <{value = dense<89.0> : vector<4xf32>}> : () -> vector<4xf32>
    %9 = "arith.minimumf"(%7, %8) : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %10 = "arith.constant"() <{value = dense<1.4426950408889634> : vector<4xf32>}> : () -> vector<4xf32>
    %11 = "arith.mulf"(%9, %10) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %12 = "arith.constant"() <{value = dense<12583166.0> : vector<4xf32>}> : () -> vector<4xf32>
    %13 = "arith.addf"(%11, %12) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %14 = "arith.subf"(%13, %12) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %15 = "arith.bitcast"(%13) : (vector<4xf32>) -> vector<4xi32>
    %16 = "arith.constant"() <{value = dense<0.693359375> : vector<4xf32>}> : () -> vector<4xf32>
    %17 = "arith.mulf"(%14, %16) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %18 = "arith.subf"(%9, %17) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %19 = "arith.constant"() <{value = dense<-0.00021219444005471377> : vector<4xf32>}> : () -> vector<4xf32>
    %20 = "arith.mulf"(%14, %19) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %21 = "arith.subf"(%18, %20) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %22 = "arith.constant"() <{value = dense<0.0014037082437425852> : vector<4xf32>}> : () -> vector<4xf32>
    %23 = "arith.mulf"(%22, %21) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %24 = "arith.constant"() <{value = dense<0.008372610434889793> : vector<4xf32>}> : () -> vector<4xf32>
    %25 = "arith.addf"(%23, %24) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %26 = "arith.mulf"(%25, %21) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %27 = "arith.constant"() <{value = dense<0.04166553169488907> : vector<4xf32>}> : () -> vector<4xf32>
    %28 = "arith.addf"(%26, %27) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %29 = "arith.mulf"(%28, %21) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %30 = "arith.constant"() <{value = dense<0.16666485369205475> : vector<4xf32>}> : () -> vector<4xf32>
    %31 = "arith.addf"(%29, %30) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %32 = "arith.mulf"(%31, %21) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %33 = "arith.constant"() <{value = dense<0.5> : vector<4xf32>}> : () -> vector<4xf32>
    %34 = "arith.addf"(%32, %33) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %35 = "arith.mulf"(%21, %21) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %36 = "arith.mulf"(%34, %35) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %37 = "arith.addf"(%36, %21) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %38 = "arith.constant"() <{value = dense<1.0> : vector<4xf32>}> : () -> vector<4xf32>
    %39 = "arith.addf"(%37, %38) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %40 = "arith.constant"() <{value = dense<1> : vector<4xi32>}> : () -> vector<4xi32>
    %41 = "arith.shrui"(%15, %40) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %42 = "arith.constant"() <{value = dense<23> : vector<4xi32>}> : () -> vector<4xi32>
    %43 = "arith.shli"(%41, %42) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %44 = "arith.bitcast"(%43) : (vector<4xi32>) -> vector<4xf32>
    %45 = "arith.mulf"(%39, %44) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %46 = "arith.subi"(%15, %41) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %47 = "arith.shli"(%46, %42) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %48 = "arith.bitcast"(%47) : (vector<4xi32>) -> vector<4xf32>
    %49 = "arith.mulf"(%45, %48) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    "vector.store"(%49, %1, %2) : (vector<4xf32>, memref<8xf32>, index) -> ()
    %50 = "vector.load"(%0, %4) : (memref<8xf32>, index) -> vector<4xf32>
    %51 = "arith.constant"() <{value = dense<-105.0> : vector<4xf32>}> : () -> vector<4xf32>
    %52 = "arith.maximumf"(%50, %51) : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %53 = "arith.constant"() <{value = dense<89.0> : vector<4xf32>}> : () -> vector<4xf32>
    %54 = "arith.minimumf"(%52, %53) : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %55 = "arith.constant"() <{value = dense<1.4426950408889634> : vector<4xf32>}> : () -> vector<4xf32>
    %56 = "arith.mulf"(%54, %55) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %57 = "arith.constant"() <{value = dense<12583166.0> : vector<4xf32>}> : () -> vector<4xf32>
    %58 = "arith.addf"(%56, %57) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %59 = "arith.subf"(%58, %57) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %60 = "arith.bitcast"(%58) : (vector<4xf32>) -> vector<4xi32>
    %61 = "arith.constant"() <{value = dense<0.693359375> : vector<4xf32>}> : () -> vector<4xf32>
    %62 = "arith.mulf"(%59, %61) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %63 = "arith.subf"(%54, %62) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %64 = "arith.constant"() <{value = dense<-0.00021219444005471377> : vector<4xf32>}> : () -> vector<4xf32>
    %65 = "arith.mulf"(%59, %64) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %66 = "arith.subf"(%63, %65) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %67 = "arith.constant"() <{value = dense<0.0014037082437425852> : vector<4xf32>}> : () -> vector<4xf32>
    %68 = "arith.mulf"(%67, %66) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %69 = "arith.constant"() <{value = dense<0.008372610434889793> : vector<4xf32>}> : () -> vector<4xf32>
    %70 = "arith.addf"(%68, %69) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %71 = "arith.mulf"(%70, %66) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %72 = "arith.constant"() <{value = dense<0.04166553169488907> : vector<4xf32>}> : () -> vector<4xf32>
    %73 = "arith.addf"(%71, %72) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %74 = "arith.mulf"(%73, %66) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %75 = "arith.constant"() <{value = dense<0.16666485369205475> : vector<4xf32>}> : () -> vector<4xf32>
    %76 = "arith.addf"(%74, %75) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %77 = "arith.mulf"(%76, %66) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %78 = "arith.constant"() <{value = dense<0.5> : vector<4xf32>}> : () -> vector<4xf32>
    %79 = "arith.addf"(%77, %78) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %80 = "arith.mulf"(%66, %66) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %81 = "arith.mulf"(%79, %80) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %82 = "arith.addf"(%81, %66) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %83 = "arith.constant"() <{value = dense<1.0> : vector<4xf32>}> : () -> vector<4xf32>
    %84 = "arith.addf"(%82, %83) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %85 = "arith.constant"() <{value = dense<1> : vector<4xi32>}> : () -> vector<4xi32>
    %86 = "arith.shrui"(%60, %85) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %87 = "arith.constant"() <{value = dense<23> : vector<4xi32>}> : () -> vector<4xi32>
    %88 = "arith.shli"(%86, %87) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %89 = "arith.bitcast"(%88) : (vector<4xi32>) -> vector<4xf32>
    %90 = "arith.mulf"(%84, %89) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %91 = "arith.subi"(%60, %86) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %92 = "arith.shli"(%91, %87) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %93 = "arith.bitcast"(%92) : (vector<4xi32>) -> vector<4xf32>
    %94 = "arith.mulf"(%90, %93) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    "vector.store"(%94, %1, %4) : (vector<4xf32>, memref<8xf32>, index) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<8xf32>, memref<8xf32>, memref<0xi8>) -> (), role = "entry", result_names = ["out0"], num_inputs = 1 : i64}> ({
  ^bb0(%x: memref<8xf32>, %0: memref<8xf32>, %arena: memref<0xi8>):
    "func.call"(%x, %0) <{callee = @k0}> : (memref<8xf32>, memref<8xf32>) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
