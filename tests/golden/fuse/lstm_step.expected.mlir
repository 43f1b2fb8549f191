"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "k1", function_type = (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>, role = "kernel"}> ({
  ^bb0(%0: tensor<1x4xf32>, %1: tensor<4x4xf32>):
    %2 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %3 = "tensor.empty"() : () -> tensor<1x4xf32>
    %4 = "linalg.fill"(%2, %3) : (f32, tensor<1x4xf32>) -> tensor<1x4xf32>
    %5 = "linalg.generic"(%0, %1, %4) <{indexing_maps = [affine_map<(d0, d1) -> (0, d1)>, affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 4, 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%6: f32, %7: f32, %8: f32):
      %9 = "arith.mulf"(%6, %7) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %10 = "arith.addf"(%8, %9) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%10) : (f32) -> ()
    }) : (tensor<1x4xf32>, tensor<4x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    "func.return"(%5) : (tensor<1x4xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "k0", function_type = (tensor<1x3xf32>, tensor<3x4xf32>, tensor<1x4xf32>, tensor<4xf32>, tensor<3x4xf32>, tensor<1x4xf32>, tensor<4xf32>, tensor<3x4xf32>, tensor<1x4xf32>, tensor<4xf32>, tensor<3x4xf32>, tensor<1x4xf32>, tensor<4xf32>, tensor<1x4xf32>) -> (tensor<1x4xf32>, tensor<1x4xf32>), role = "kernel"}> ({
  ^bb0(%0: tensor<1x3xf32>, %1: tensor<3x4xf32>, %2: tensor<1x4xf32>, %3: tensor<4xf32>, %4: tensor<3x4xf32>, %5: tensor<1x4xf32>, %6: tensor<4xf32>, %7: tensor<3x4xf32>, %8: tensor<1x4xf32>, %9: tensor<4xf32>, %10: tensor<3x4xf32>, %11: tensor<1x4xf32>, %12: tensor<4xf32>, %13: tensor<1x4xf32>):
    %14 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %15 = "tensor.empty"() : () -> tensor<1x4xf32>
    %16 = "linalg.fill"(%14, %15) : (f32, tensor<1x4xf32>) -> tensor<1x4xf32>
    %17 = "linalg.generic"(%0, %1, %16) <{indexing_maps = [affine_map<(d0, d1) -> (0, d1)>, affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 4, 3>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%18: f32, %19: f32, %20: f32):
      %21 = "arith.mulf"(%18, %19) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %22 = "arith.addf"(%20, %21) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%22) : (f32) -> ()
    }) : (tensor<1x3xf32>, tensor<3x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    %23 = "tensor.empty"() : () -> tensor<1x4xf32>
    %24 = "linalg.generic"(%17, %2, %23) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%25: f32, %26: f32, %27: f32):
      %28 = "arith.addf"(%25, %26) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%28) : (f32) -> ()
    }) : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    %29 = "tensor.empty"() : () -> tensor<1x4xf32>
    %30 = "linalg.generic"(%24, %3, %29) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%31: f32, %32: f32, %33: f32):
      %34 = "arith.addf"(%31, %32) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%34) : (f32) -> ()
    }) : (tensor<1x4xf32>, tensor<4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    %35 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %36 = "tensor.empty"() : () -> tensor<1x4xf32>
    %37 = "linalg.fill"(%35, %36) : (f32, tensor<1x4xf32>) -> tensor<1x4xf32>
    %38 = "linalg.generic"(%0, %4, %37) <{indexing_maps = [affine_map<(d0, d1) -> (0, d1)>, affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 4, 3>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%39: f32, %40: f32, %41: f32):
      %42 = "arith.mulf"(%39, %40) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %43 = "arith.addf"(%41, %42) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%43) : (f32) -> ()
    }) : (tensor<1x3xf32>, tensor<3x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    %44 = "tensor.empty"() : () -> tensor<1x4xf32>
    %45 = "linalg.generic"(%38, %5, %44) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%46: f32, %47: f32, %48: f32):
      %49 = "arith.addf"(%46, %47) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%49) : (f32) -> ()
    }) : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    %50 = "tensor.empty"() : () -> tensor<1x4xf32>
    %51 = "linalg.generic"(%45, %6, %50) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%52: f32, %53: f32, %54: f32):
      %55 = "arith.addf"(%52, %53) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%55) : (f32) -> ()
    }) : (tensor<1x4xf32>, tensor<4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    %56 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %57 = "tensor.empty"() : () -> tensor<1x4xf32>
    %58 = "linalg.fill"(%56, %57) : (f32, tensor<1x4xf32>) -> tensor<1x4xf32>
    %59 = "linalg.generic"(%0, %7, %58) <{indexing_maps = [affine_map<(d0, d1) -> (0, d1)>, affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 4, 3>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%60: f32, %61: f32, %62: f32):
      %63 = "arith.mulf"(%60, %61) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %64 = "arith.addf"(%62, %63) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%64) : (f32) -> ()
    }) : (tensor<1x3xf32>, tensor<3x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    %65 = "tensor.empty"() : () -> tensor<1x4xf32>
    %66 = "linalg.generic"(%59, %8, %65) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%67: f32, %68: f32, %69: f32):
      %70 = "arith.addf"(%67, %68) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%70) : (f32) -> ()
    }) : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    %71 = "tensor.empty"() : () -> tensor<1x4xf32>
    %72 = "linalg.generic"(%66, %9, %71) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%73: f32, %74: f32, %75: f32):
      %76 = "arith.addf"(%73, %74) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%76) : (f32) -> ()
    }) : (tensor<1x4xf32>, tensor<4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    %77 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %78 = "tensor.empty"() : () -> tensor<1x4xf32>
    %79 = "linalg.fill"(%77, %78) : (f32, tensor<1x4xf32>) -> tensor<1x4xf32>
    %80 = "linalg.generic"(%0, %10, %79) <{indexing_maps = [affine_map<(d0, d1) -> (0, d1)>, affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 4, 3>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%81: f32, %82: f32, %83: f32):
      %84 = "arith.mulf"(%81, %82) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %85 = "arith.addf"(%83, %84) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%85) : (f32) -> ()
    }) : (tensor<1x3xf32>, tensor<3x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    %86 = "tensor.empty"() : () -> tensor<1x4xf32>
    %87 = "linalg.generic"(%80, %11, %86) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%88: f32, %89: f32, %90: f32):
      %91 = "arith.addf"(%88, %89) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%91) : (f32) -> ()
    }) : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    %92 = "tensor.empty"() : () -> tensor<1x4xf32>
    %93 = "linalg.generic"(%87, %12, %92) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%94: f32, %95: f32, %96: f32):
      %97 = "arith.addf"(%94, %95) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%97) : (f32) -> ()
    }) : (tensor<1x4xf32>, tensor<4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    %98 = "tensor.empty"() : () -> tensor<1x4xf32>
    %99 = "linalg.generic"(%30, %98) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%100: f32, %101: f32):
      %102 = "arith.constant"() <{value = 1.0 : f32}> : () -> f32
      %103 = "arith.negf"(%100) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
      %104 = "math.exp"(%103) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
      %105 = "arith.addf"(%102, %104) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %106 = "arith.divf"(%102, %105) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%106) : (f32) -> ()
    }) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    %107 = "tensor.empty"() : () -> tensor<1x4xf32>
    %108 = "linalg.generic"(%51, %107) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%109: f32, %110: f32):
      %111 = "arith.constant"() <{value = 1.0 : f32}> : () -> f32
      %112 = "arith.negf"(%109) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
      %113 = "math.exp"(%112) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
      %114 = "arith.addf"(%111, %113) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %115 = "arith.divf"(%111, %114) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%115) : (f32) -> ()
    }) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    %116 = "tensor.empty"() : () -> tensor<1x4xf32>
    %117 = "linalg.generic"(%72, %116) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%118: f32, %119: f32):
      %120 = "arith.constant"() <{value = 1.0 : f32}> : () -> f32
      %121 = "arith.negf"(%118) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
      %122 = "math.exp"(%121) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
      %123 = "arith.addf"(%120, %122) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %124 = "arith.divf"(%120, %123) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%124) : (f32) -> ()
    }) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    %125 = "tensor.empty"() : () -> tensor<1x4xf32>
    %126 = "linalg.generic"(%93, %125) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%127: f32, %128: f32):
      %129 = "math.tanh"(%127) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
      "linalg.yield"(%129) : (f32) -> ()
    }) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    %130 = "tensor.empty"() : () -> tensor<1x4xf32>
    %131 = "linalg.generic"(%117, %13, %130) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%132: f32, %133: f32, %134: f32):
      %135 = "arith.mulf"(%132, %133) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%135) : (f32) -> ()
    }) : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    %136 = "tensor.empty"() : () -> tensor<1x4xf32>
    %137 = "linalg.generic"(%99, %126, %136) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%138: f32, %139: f32, %140: f32):
      %141 = "arith.mulf"(%138, %139) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%141) : (f32) -> ()
    }) : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    %142 = "tensor.empty"() : () -> tensor<1x4xf32>
    %143 = "linalg.generic"(%131, %137, %142) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%144: f32, %145: f32, %146: f32):
      %147 = "arith.addf"(%144, %145) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%147) : (f32) -> ()
    }) : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    %148 = "tensor.empty"() : () -> tensor<1x4xf32>
    %149 = "linalg.generic"(%143, %148) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%150: f32, %151: f32):
      %152 = "math.tanh"(%150) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
      "linalg.yield"(%152) : (f32) -> ()
    }) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    %153 = "tensor.empty"() : () -> tensor<1x4xf32>
    %154 = "linalg.generic"(%108, %149, %153) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%155: f32, %156: f32, %157: f32):
      %158 = "arith.mulf"(%155, %156) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%158) : (f32) -> ()
    }) : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    "func.return"(%143, %154) : (tensor<1x4xf32>, tensor<1x4xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (tensor<3x1x3xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> (tensor<1x4xf32>, tensor<3x1x4xf32>), role = "entry"}> ({
  ^bb0(%xs: tensor<3x1x3xf32>, %h0: tensor<1x4xf32>, %c0: tensor<1x4xf32>):
    %0 = "mr.constant"() <{value = dense<[[1.0, 0.25, 0.5, 1.0], [0.25, 0.5, 0.75, -0.5], [-1.0, -0.5, -0.5, 0.75]]> : tensor<3x4xf32>}> : () -> tensor<3x4xf32>
    %1 = "mr.constant"() <{value = dense<[[0.5, -0.5, -0.5, 1.0], [-0.75, -0.5, 0.25, 0.75], [0.25, 0.75, -1.0, -0.25]]> : tensor<3x4xf32>}> : () -> tensor<3x4xf32>
    %2 = "mr.constant"() <{value = dense<[[-0.25, 0.75, 1.0, -0.5], [-0.75, 0.25, 0.5, 0.5], [0.25, 0.5, 1.0, 1.0]]> : tensor<3x4xf32>}> : () -> tensor<3x4xf32>
    %3 = "mr.constant"() <{value = dense<[[0.5, 1.0, -0.5, -0.75], [0.75, 0.75, 0.0, -0.75], [0.75, 0.0, -0.75, -0.75]]> : tensor<3x4xf32>}> : () -> tensor<3x4xf32>
    %4 = "mr.constant"() <{value = dense<[[1.0, -0.25, -0.75, 0.5], [0.75, -0.5, -0.25, -1.0], [1.0, 1.0, 0.5, 0.25], [0.25, 0.25, 0.5, 0.25]]> : tensor<4x4xf32>}> : () -> tensor<4x4xf32>
    %5 = "mr.constant"() <{value = dense<[[0.25, -0.25, -0.25, 1.0], [-0.25, -0.5, 0.75, -1.0], [-0.25, -0.5, -1.0, 0.5], [1.0, 0.75, -0.5, 0.0]]> : tensor<4x4xf32>}> : () -> tensor<4x4xf32>
    %6 = "mr.constant"() <{value = dense<[[1.0, -0.5, -0.5, 0.0], [1.0, -0.75, -0.5, 0.0], [-0.5, -0.25, -0.25, -1.0], [-1.0, -1.0, 0.25, 1.0]]> : tensor<4x4xf32>}> : () -> tensor<4x4xf32>
    %7 = "mr.constant"() <{value = dense<[[-0.5, 0.75, -0.25, 0.25], [0.0, 0.5, -0.25, -1.0], [-0.5, 0.25, 0.25, 1.0], [-0.5, -0.25, 1.0, -0.75]]> : tensor<4x4xf32>}> : () -> tensor<4x4xf32>
    %8 = "mr.constant"() <{value = dense<[0.0, 0.125, 0.25, 0.375]> : tensor<4xf32>}> : () -> tensor<4xf32>
    %9 = "mr.constant"() <{value = dense<[-0.125, 0.0, 0.125, 0.25]> : tensor<4xf32>}> : () -> tensor<4xf32>
    %10 = "mr.constant"() <{value = dense<[-0.25, -0.125, 0.0, 0.125]> : tensor<4xf32>}> : () -> tensor<4xf32>
    %11 = "mr.constant"() <{value = dense<[-0.375, -0.25, -0.125, 0.0]> : tensor<4xf32>}> : () -> tensor<4xf32>
    %12, %13, %14 = "mr.scan"(%h0, %c0, %xs) <{trip = 3 : i64, reverse = false, operandSegmentSizes = array<i32: 2, 1, 0>}> ({
    ^bb0(%t: index, %h: tensor<1x4xf32>, %c: tensor<1x4xf32>, %x: tensor<1x3xf32>):
      %15 = "func.call"(%h, %4) <{callee = @k1}> : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
      %16 = "func.call"(%h, %5) <{callee = @k1}> : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
      %17 = "func.call"(%h, %6) <{callee = @k1}> : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
      %18 = "func.call"(%h, %7) <{callee = @k1}> : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
      %19, %20 = "func.call"(%x, %0, %15, %8, %1, %16, %9, %2, %17, %10, %3, %18, %11, %c) <{callee = @k0}> : (tensor<1x3xf32>, tensor<3x4xf32>, tensor<1x4xf32>, tensor<4xf32>, tensor<3x4xf32>, tensor<1x4xf32>, tensor<4xf32>, tensor<3x4xf32>, tensor<1x4xf32>, tensor<4xf32>, tensor<3x4xf32>, tensor<1x4xf32>, tensor<4xf32>, tensor<1x4xf32>) -> (tensor<1x4xf32>, tensor<1x4xf32>)
      "scf.yield"(%20, %19, %20) : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> ()
    }) : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<3x1x3xf32>) -> (tensor<1x4xf32>, tensor<1x4xf32>, tensor<3x1x4xf32>)
    "func.return"(%12, %14) : (tensor<1x4xf32>, tensor<3x1x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
