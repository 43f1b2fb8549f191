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
    %42 = "arith.addf"(%41, %6) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %43 = "arith.constant"() <{value = dense<1> : vector<4xi32>}> : () -> vector<4xi32>
    %44 = "arith.shrui"(%19, %43) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %45 = "arith.constant"() <{value = dense<23> : vector<4xi32>}> : () -> vector<4xi32>
    %46 = "arith.shli"(%44, %45) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %47 = "arith.bitcast"(%46) : (vector<4xi32>) -> vector<4xf32>
    %48 = "arith.mulf"(%42, %47) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %49 = "arith.subi"(%19, %44) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %50 = "arith.shli"(%49, %45) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %51 = "arith.bitcast"(%50) : (vector<4xi32>) -> vector<4xf32>
    %52 = "arith.mulf"(%48, %51) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %53 = "arith.addf"(%6, %52) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %54 = "arith.divf"(%6, %53) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %55 = "vector.load"(%1, %3) : (memref<8xf32>, index) -> vector<4xf32>
    %56 = "arith.negf"(%55) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>) -> vector<4xf32>
    %57 = "arith.maximumf"(%56, %10) : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %58 = "arith.minimumf"(%57, %12) : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %59 = "arith.mulf"(%58, %14) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %60 = "arith.addf"(%59, %16) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %61 = "arith.subf"(%60, %16) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %62 = "arith.bitcast"(%60) : (vector<4xf32>) -> vector<4xi32>
    %63 = "arith.mulf"(%61, %20) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %64 = "arith.subf"(%58, %63) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %65 = "arith.mulf"(%61, %23) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %66 = "arith.subf"(%64, %65) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %67 = "arith.mulf"(%26, %66) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %68 = "arith.addf"(%67, %28) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %69 = "arith.mulf"(%68, %66) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %70 = "arith.addf"(%69, %31) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %71 = "arith.mulf"(%70, %66) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %72 = "arith.addf"(%71, %34) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %73 = "arith.mulf"(%72, %66) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %74 = "arith.addf"(%73, %37) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %75 = "arith.mulf"(%66, %66) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %76 = "arith.mulf"(%74, %75) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %77 = "arith.addf"(%76, %66) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %78 = "arith.addf"(%77, %6) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %79 = "arith.shrui"(%62, %43) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %80 = "arith.shli"(%79, %45) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %81 = "arith.bitcast"(%80) : (vector<4xi32>) -> vector<4xf32>
    %82 = "arith.mulf"(%78, %81) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %83 = "arith.subi"(%62, %79) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %84 = "arith.shli"(%83, %45) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %85 = "arith.bitcast"(%84) : (vector<4xi32>) -> vector<4xf32>
    %86 = "arith.mulf"(%82, %85) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %87 = "arith.addf"(%6, %86) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %88 = "arith.divf"(%6, %87) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %89 = "arith.mulf"(%54, %88) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    "vector.store"(%89, %2, %3) : (vector<4xf32>, memref<8xf32>, index) -> ()
    %90 = "vector.load"(%0, %7) : (memref<8xf32>, index) -> vector<4xf32>
    %91 = "arith.negf"(%90) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>) -> vector<4xf32>
    %92 = "arith.maximumf"(%91, %10) : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %93 = "arith.minimumf"(%92, %12) : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %94 = "arith.mulf"(%93, %14) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %95 = "arith.addf"(%94, %16) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %96 = "arith.subf"(%95, %16) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %97 = "arith.bitcast"(%95) : (vector<4xf32>) -> vector<4xi32>
    %98 = "arith.mulf"(%96, %20) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %99 = "arith.subf"(%93, %98) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %100 = "arith.mulf"(%96, %23) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %101 = "arith.subf"(%99, %100) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %102 = "arith.mulf"(%26, %101) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %103 = "arith.addf"(%102, %28) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %104 = "arith.mulf"(%103, %101) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %105 = "arith.addf"(%104, %31) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %106 = "arith.mulf"(%105, %101) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %107 = "arith.addf"(%106, %34) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %108 = "arith.mulf"(%107, %101) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %109 = "arith.addf"(%108, %37) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %110 = "arith.mulf"(%101, %101) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %111 = "arith.mulf"(%109, %110) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %112 = "arith.addf"(%111, %101) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %113 = "arith.addf"(%112, %6) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %114 = "arith.shrui"(%97, %43) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %115 = "arith.shli"(%114, %45) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %116 = "arith.bitcast"(%115) : (vector<4xi32>) -> vector<4xf32>
    %117 = "arith.mulf"(%113, %116) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %118 = "arith.subi"(%97, %114) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %119 = "arith.shli"(%118, %45) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %120 = "arith.bitcast"(%119) : (vector<4xi32>) -> vector<4xf32>
    %121 = "arith.mulf"(%117, %120) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %122 = "arith.addf"(%6, %121) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %123 = "arith.divf"(%6, %122) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %124 = "vector.load"(%1, %7) : (memref<8xf32>, index) -> vector<4xf32>
    %125 = "arith.negf"(%124) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>) -> vector<4xf32>
    %126 = "arith.maximumf"(%125, %10) : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %127 = "arith.minimumf"(%126, %12) : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %128 = "arith.mulf"(%127, %14) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %129 = "arith.addf"(%128, %16) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %130 = "arith.subf"(%129, %16) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %131 = "arith.bitcast"(%129) : (vector<4xf32>) -> vector<4xi32>
    %132 = "arith.mulf"(%130, %20) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %133 = "arith.subf"(%127, %132) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %134 = "arith.mulf"(%130, %23) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %135 = "arith.subf"(%133, %134) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %136 = "arith.mulf"(%26, %135) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %137 = "arith.addf"(%136, %28) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %138 = "arith.mulf"(%137, %135) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %139 = "arith.addf"(%138, %31) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %140 = "arith.mulf"(%139, %135) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %141 = "arith.addf"(%140, %34) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %142 = "arith.mulf"(%141, %135) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %143 = "arith.addf"(%142, %37) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %144 = "arith.mulf"(%135, %135) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %145 = "arith.mulf"(%143, %144) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %146 = "arith.addf"(%145, %135) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %147 = "arith.addf"(%146, %6) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %148 = "arith.shrui"(%131, %43) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %149 = "arith.shli"(%148, %45) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %150 = "arith.bitcast"(%149) : (vector<4xi32>) -> vector<4xf32>
    %151 = "arith.mulf"(%147, %150) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %152 = "arith.subi"(%131, %148) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %153 = "arith.shli"(%152, %45) : (vector<4xi32>, vector<4xi32>) -> vector<4xi32>
    %154 = "arith.bitcast"(%153) : (vector<4xi32>) -> vector<4xf32>
    %155 = "arith.mulf"(%151, %154) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %156 = "arith.addf"(%6, %155) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %157 = "arith.divf"(%6, %156) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %158 = "arith.mulf"(%123, %157) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    "vector.store"(%158, %2, %7) : (vector<4xf32>, memref<8xf32>, index) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<8xf32>, memref<8xf32>, memref<8xf32>, memref<0xi8>) -> (), role = "entry", result_names = ["out0"], num_inputs = 2 : i64}> ({
  ^bb0(%x: memref<8xf32>, %y: memref<8xf32>, %0: memref<8xf32>, %arena: memref<0xi8>):
    "func.call"(%x, %y, %0) <{callee = @k0}> : (memref<8xf32>, memref<8xf32>, memref<8xf32>) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
