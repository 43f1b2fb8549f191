// RUN: millrace opt %s --pipeline "cse"
// After lowering: constants and addresses that many kernels' bodies repeat.
"builtin.module"() <{strict = false, target = {name = "test", triple = "", vector_bytes = 16 : i64, vector_registers = 16 : i64}}> ({
  "func.func"() <{sym_name = "k0", function_type = (memref<8xf32>, memref<8xf32>, memref<8xf32>) -> (), role = "kernel"}> ({
  ^bb0(%0: memref<8xf32>, %1: memref<8xf32>, %2: memref<8xf32>):
    %3 = "arith.constant"() <{value = 0 : index}> : () -> index
    %4 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %5 = "arith.constant"() <{value = 1.0 : f32}> : () -> f32
    %6 = "arith.constant"() <{value = dense<1.0> : vector<4xf32>}> : () -> vector<4xf32>
    %7 = "arith.constant"() <{value = 4 : index}> : () -> index
    %8 = "vector.load"(%0, %3) : (memref<8xf32>, index) -> vector<4xf32>
    %9 = "arith.negf"(%8) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>) -> vector<4xf32>
    %10 = "arith.constant"() <{value = dense<-105.0> : vector<4xf32>}> : () -> vector<4xf32>
    %11 = "arith.maximumf"(%9, %10) : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %12 = "arith.constant"() <{value = dense<89.0> : vector<4xf32>}> : () -> vector<4xf32>
    %13 = "arith.minimumf"(%11, %12) : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %14 = "arith.constant"() <{value = dense<1.4426950408889634> : vector<4xf32>}> : () -> vector<4xf32>
    %15 = "arith.mulf"(%13, %14) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %16 = "arith.constant"() <{value = dense<12583166.0> : vector<4xf32>}> : () -> vector<4xf32>
    %17 = "arith.addf"(%15, %16) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %18 = "arith.subf"(%17, %16) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %19 = "arith.bitcast"(%17) : (vector<4xf32>) -> vector<4xi32>
    %20 = "arith.constant"() <{value = dense<0.693359375> : vector<4xf32>}> : () -> vector<4xf32>
    %21 = "arith.mulf"(%18, %20) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %22 = "arith.subf"(%13, %21) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %23 = "arith.constant"() <{value = dense<-0.00021219444005471377> : vector<4xf32>}> : () -> vector<4xf32>
    %24 = "arith.mulf"(%18, %23) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %25 = "arith.subf"(%22, %24) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %26 = "arith.constant"() <{value = dense<0.0014037082437425852> : vector<4xf32>}> : () -> vector<4xf32>
    %27 = "arith.mulf"(%26, %25) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %28 = "arith.constant"() <{value = dense<0.008372610434889793> : vector<4xf32>}> : () -> vector<4xf32>
    %29 = "arith.addf"(%27, %28) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %30 = "arith.mulf"(%29, %25) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %31 = "arith.constant"() <{value = dense<0.04166553169488907> : vector<4xf32>}> : () -> vector<4xf32>
    %32 = "arith.addf"(%30, %31) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %33 = "arith.mulf"(%32, %25) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %34 = "arith.constant"() <{value = dense<0.16666485369205475> : vector<4xf32>}> : () -> vector<4xf32>
    %35 = "arith.addf"(%33, %34) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %36 = "arith.mulf"(%35, %25) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %37 = "arith.constant"() <{value = dense<0.5> : vector<4xf32>}> : () -> vector<4xf32>
    %38 = "arith.addf"(%36, %37) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %39 = "arith.mulf"(%25, %25) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %40 = "arith.mulf"(%38, %39) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %41 = "arith.addf"(%40, %25) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %42 = "arith.constant"() <{value = dense<1.0> : vector<4xf32>}> : () -> vector<4xf32>
    %43 = "arith.addf"(%41, %42) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %44 = "arith.constant"() <{value = dense<1> : vector<4xi32>}> : () -> vector<4xi32>
    %45 = "arith.shrui"(%19, %44) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %46 = "arith.constant"() <{value = dense<23> : vector<4xi32>}> : () -> vector<4xi32>
    %47 = "arith.shli"(%45, %46) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %48 = "arith.bitcast"(%47) : (vector<4xi32>) -> vector<4xf32>
    %49 = "arith.mulf"(%43, %48) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %50 = "arith.subi"(%19, %45) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %51 = "arith.shli"(%50, %46) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %52 = "arith.bitcast"(%51) : (vector<4xi32>) -> vector<4xf32>
    %53 = "arith.mulf"(%49, %52) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %54 = "arith.addf"(%6, %53) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %55 = "arith.divf"(%6, %54) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %56 = "vector.load"(%1, %3) : (memref<8xf32>, index) -> vector<4xf32>
    %57 = "arith.negf"(%56) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>) -> vector<4xf32>
    %58 = "arith.constant"() <{value = dense<-105.0> : vector<4xf32>}> : () -> vector<4xf32>
    %59 = "arith.maximumf"(%57, %58) : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %60 = "arith.constant"() <{value = dense<89.0> : vector<4xf32>}> : () -> vector<4xf32>
    %61 = "arith.minimumf"(%59, %60) : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %62 = "arith.constant"() <{value = dense<1.4426950408889634> : vector<4xf32>}> : () -> vector<4xf32>
    %63 = "arith.mulf"(%61, %62) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %64 = "arith.constant"() <{value = dense<12583166.0> : vector<4xf32>}> : () -> vector<4xf32>
    %65 = "arith.addf"(%63, %64) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %66 = "arith.subf"(%65, %64) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %67 = "arith.bitcast"(%65) : (vector<4xf32>) -> vector<4xi32>
    %68 = "arith.constant"() <{value = dense<0.693359375> : vector<4xf32>}> : () -> vector<4xf32>
    %69 = "arith.mulf"(%66, %68) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %70 = "arith.subf"(%61, %69) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %71 = "arith.constant"() <{value = dense<-0.00021219444005471377> : vector<4xf32>}> : () -> vector<4xf32>
    %72 = "arith.mulf"(%66, %71) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %73 = "arith.subf"(%70, %72) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %74 = "arith.constant"() <{value = dense<0.0014037082437425852> : vector<4xf32>}> : () -> vector<4xf32>
    %75 = "arith.mulf"(%74, %73) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %76 = "arith.constant"() <{value = dense<0.008372610434889793> : vector<4xf32>}> : () -> vector<4xf32>
    %77 = "arith.addf"(%75, %76) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %78 = "arith.mulf"(%77, %73) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %79 = "arith.constant"() <{value = dense<0.04166553169488907> : vector<4xf32>}> : () -> vector<4xf32>
    %80 = "arith.addf"(%78, %79) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %81 = "arith.mulf"(%80, %73) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %82 = "arith.constant"() <{value = dense<0.16666485369205475> : vector<4xf32>}> : () -> vector<4xf32>
    %83 = "arith.addf"(%81, %82) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %84 = "arith.mulf"(%83, %73) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %85 = "arith.constant"() <{value = dense<0.5> : vector<4xf32>}> : () -> vector<4xf32>
    %86 = "arith.addf"(%84, %85) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %87 = "arith.mulf"(%73, %73) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %88 = "arith.mulf"(%86, %87) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %89 = "arith.addf"(%88, %73) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %90 = "arith.constant"() <{value = dense<1.0> : vector<4xf32>}> : () -> vector<4xf32>
    %91 = "arith.addf"(%89, %90) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %92 = "arith.constant"() <{value = dense<1> : vector<4xi32>}> : () -> vector<4xi32>
    %93 = "arith.shrui"(%67, %92) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %94 = "arith.constant"() <{value = dense<23> : vector<4xi32>}> : () -> vector<4xi32>
    %95 = "arith.shli"(%93, %94) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %96 = "arith.bitcast"(%95) : (vector<4xi32>) -> vector<4xf32>
    %97 = "arith.mulf"(%91, %96) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %98 = "arith.subi"(%67, %93) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %99 = "arith.shli"(%98, %94) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %100 = "arith.bitcast"(%99) : (vector<4xi32>) -> vector<4xf32>
    %101 = "arith.mulf"(%97, %100) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %102 = "arith.addf"(%6, %101) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %103 = "arith.divf"(%6, %102) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %104 = "arith.mulf"(%55, %103) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    "vector.store"(%104, %2, %3) : (vector<4xf32>, memref<8xf32>, index) -> ()
    %105 = "vector.load"(%0, %7) : (memref<8xf32>, index) -> vector<4xf32>
    %106 = "arith.negf"(%105) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>) -> vector<4xf32>
    %107 = "arith.constant"() <{value = dense<-105.0> : vector<4xf32>}> : () -> vector<4xf32>
    %108 = "arith.maximumf"(%106, %107) : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %109 = "arith.constant"() <{value = dense<89.0> : vector<4xf32>}> : () -> vector<4xf32>
    %110 = "arith.minimumf"(%108, %109) : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %111 = "arith.constant"() <{value = dense<1.4426950408889634> : vector<4xf32>}> : () -> vector<4xf32>
    %112 = "arith.mulf"(%110, %111) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %113 = "arith.constant"() <{value = dense<12583166.0> : vector<4xf32>}> : () -> vector<4xf32>
    %114 = "arith.addf"(%112, %113) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %115 = "arith.subf"(%114, %113) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %116 = "arith.bitcast"(%114) : (vector<4xf32>) -> vector<4xi32>
    %117 = "arith.constant"() <{value = dense<0.693359375> : vector<4xf32>}> : () -> vector<4xf32>
    %118 = "arith.mulf"(%115, %117) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %119 = "arith.subf"(%110, %118) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %120 = "arith.constant"() <{value = dense<-0.00021219444005471377> : vector<4xf32>}> : () -> vector<4xf32>
    %121 = "arith.mulf"(%115, %120) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %122 = "arith.subf"(%119, %121) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %123 = "arith.constant"() <{value = dense<0.0014037082437425852> : vector<4xf32>}> : () -> vector<4xf32>
    %124 = "arith.mulf"(%123, %122) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %125 = "arith.constant"() <{value = dense<0.008372610434889793> : vector<4xf32>}> : () -> vector<4xf32>
    %126 = "arith.addf"(%124, %125) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %127 = "arith.mulf"(%126, %122) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %128 = "arith.constant"() <{value = dense<0.04166553169488907> : vector<4xf32>}> : () -> vector<4xf32>
    %129 = "arith.addf"(%127, %128) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %130 = "arith.mulf"(%129, %122) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %131 = "arith.constant"() <{value = dense<0.16666485369205475> : vector<4xf32>}> : () -> vector<4xf32>
    %132 = "arith.addf"(%130, %131) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %133 = "arith.mulf"(%132, %122) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %134 = "arith.constant"() <{value = dense<0.5> : vector<4xf32>}> : () -> vector<4xf32>
    %135 = "arith.addf"(%133, %134) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %136 = "arith.mulf"(%122, %122) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %137 = "arith.mulf"(%135, %136) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %138 = "arith.addf"(%137, %122) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %139 = "arith.constant"() <{value = dense<1.0> : vector<4xf32>}> : () -> vector<4xf32>
    %140 = "arith.addf"(%138, %139) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %141 = "arith.constant"() <{value = dense<1> : vector<4xi32>}> : () -> vector<4xi32>
    %142 = "arith.shrui"(%116, %141) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %143 = "arith.constant"() <{value = dense<23> : vector<4xi32>}> : () -> vector<4xi32>
    %144 = "arith.shli"(%142, %143) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %145 = "arith.bitcast"(%144) : (vector<4xi32>) -> vector<4xf32>
    %146 = "arith.mulf"(%140, %145) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %147 = "arith.subi"(%116, %142) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %148 = "arith.shli"(%147, %143) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %149 = "arith.bitcast"(%148) : (vector<4xi32>) -> vector<4xf32>
    %150 = "arith.mulf"(%146, %149) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %151 = "arith.addf"(%6, %150) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %152 = "arith.divf"(%6, %151) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %153 = "vector.load"(%1, %7) : (memref<8xf32>, index) -> vector<4xf32>
    %154 = "arith.negf"(%153) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>) -> vector<4xf32>
    %155 = "arith.constant"() <{value = dense<-105.0> : vector<4xf32>}> : () -> vector<4xf32>
    %156 = "arith.maximumf"(%154, %155) : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %157 = "arith.constant"() <{value = dense<89.0> : vector<4xf32>}> : () -> vector<4xf32>
    %158 = "arith.minimumf"(%156, %157) : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %159 = "arith.constant"() <{value = dense<1.4426950408889634> : vector<4xf32>}> : () -> vector<4xf32>
    %160 = "arith.mulf"(%158, %159) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %161 = "arith.constant"() <{value = dense<12583166.0> : vector<4xf32>}> : () -> vector<4xf32>
    %162 = "arith.addf"(%160, %161) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %163 = "arith.subf"(%162, %161) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %164 = "arith.bitcast"(%162) : (vector<4xf32>) -> vector<4xi32>
    %165 = "arith.constant"() <{value = dense<0.693359375> : vector<4xf32>}> : () -> vector<4xf32>
    %166 = "arith.mulf"(%163, %165) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %167 = "arith.subf"(%158, %166) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %168 = "arith.constant"() <{value = dense<-0.00021219444005471377> : vector<4xf32>}> : () -> vector<4xf32>
    %169 = "arith.mulf"(%163, %168) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %170 = "arith.subf"(%167, %169) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %171 = "arith.constant"() <{value = dense<0.0014037082437425852> : vector<4xf32>}> : () -> vector<4xf32>
    %172 = "arith.mulf"(%171, %170) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %173 = "arith.constant"() <{value = dense<0.008372610434889793> : vector<4xf32>}> : () -> vector<4xf32>
    %174 = "arith.addf"(%172, %173) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %175 = "arith.mulf"(%174, %170) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %176 = "arith.constant"() <{value = dense<0.04166553169488907> : vector<4xf32>}> : () -> vector<4xf32>
    %177 = "arith.addf"(%175, %176) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %178 = "arith.mulf"(%177, %170) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %179 = "arith.constant"() <{value = dense<0.16666485369205475> : vector<4xf32>}> : () -> vector<4xf32>
    %180 = "arith.addf"(%178, %179) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %181 = "arith.mulf"(%180, %170) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %182 = "arith.constant"() <{value = dense<0.5> : vector<4xf32>}> : () -> vector<4xf32>
    %183 = "arith.addf"(%181, %182) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %184 = "arith.mulf"(%170, %170) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %185 = "arith.mulf"(%183, %184) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %186 = "arith.addf"(%185, %170) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %187 = "arith.constant"() <{value = dense<1.0> : vector<4xf32>}> : () -> vector<4xf32>
    %188 = "arith.addf"(%186, %187) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %189 = "arith.constant"() <{value = dense<1> : vector<4xi32>}> : () -> vector<4xi32>
    %190 = "arith.shrui"(%164, %189) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %191 = "arith.constant"() <{value = dense<23> : vector<4xi32>}> : () -> vector<4xi32>
    %192 = "arith.shli"(%190, %191) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %193 = "arith.bitcast"(%192) : (vector<4xi32>) -> vector<4xf32>
    %194 = "arith.mulf"(%188, %193) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %195 = "arith.subi"(%164, %190) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %196 = "arith.shli"(%195, %191) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %197 = "arith.bitcast"(%196) : (vector<4xi32>) -> vector<4xf32>
    %198 = "arith.mulf"(%194, %197) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %199 = "arith.addf"(%6, %198) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %200 = "arith.divf"(%6, %199) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %201 = "arith.mulf"(%152, %200) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    "vector.store"(%201, %2, %7) : (vector<4xf32>, memref<8xf32>, index) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<8xf32>, memref<8xf32>, memref<8xf32>, memref<0xi8>) -> (), role = "entry", result_names = ["out0"], num_inputs = 2 : i64}> ({
  ^bb0(%x: memref<8xf32>, %y: memref<8xf32>, %0: memref<8xf32>, %arena: memref<0xi8>):
    "func.call"(%x, %y, %0) <{callee = @k0}> : (memref<8xf32>, memref<8xf32>, memref<8xf32>) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
