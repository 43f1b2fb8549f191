// RUN: millrace opt %s --pipeline "fuse"
// A step of an LSTM is one kernel.
"builtin.module"() <{strict = false}> ({
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
      %15 = "tensor.empty"() : () -> tensor<1x4xf32>
      %16 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
      %17 = "linalg.fill"(%16, %15) : (f32, tensor<1x4xf32>) -> tensor<1x4xf32>
      %18 = "linalg.generic"(%x, %0, %17) <{indexing_maps = [affine_map<(d0, d1) -> (0, d1)>, affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 4, 3>, operandSegmentSizes = array<i32: 2, 1>}> ({
      ^bb0(%19: f32, %20: f32, %21: f32):
        %22 = "arith.mulf"(%19, %20) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        %23 = "arith.addf"(%21, %22) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        "linalg.yield"(%23) : (f32) -> ()
      }) : (tensor<1x3xf32>, tensor<3x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %24 = "tensor.empty"() : () -> tensor<1x4xf32>
      %25 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
      %26 = "linalg.fill"(%25, %24) : (f32, tensor<1x4xf32>) -> tensor<1x4xf32>
      %27 = "linalg.generic"(%h, %4, %26) <{indexing_maps = [affine_map<(d0, d1) -> (0, d1)>, affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 4, 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
      ^bb0(%28: f32, %29: f32, %30: f32):
        %31 = "arith.mulf"(%28, %29) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        %32 = "arith.addf"(%30, %31) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        "linalg.yield"(%32) : (f32) -> ()
      }) : (tensor<1x4xf32>, tensor<4x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %33 = "tensor.empty"() : () -> tensor<1x4xf32>
      %34 = "linalg.generic"(%18, %27, %33) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
      ^bb0(%35: f32, %36: f32, %37: f32):
        %38 = "arith.addf"(%35, %36) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        "linalg.yield"(%38) : (f32) -> ()
      }) : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %39 = "tensor.empty"() : () -> tensor<1x4xf32>
      %40 = "linalg.generic"(%34, %8, %39) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
      ^bb0(%41: f32, %42: f32, %43: f32):
        %44 = "arith.addf"(%41, %42) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        "linalg.yield"(%44) : (f32) -> ()
      }) : (tensor<1x4xf32>, tensor<4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %45 = "tensor.empty"() : () -> tensor<1x4xf32>
      %46 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
      %47 = "linalg.fill"(%46, %45) : (f32, tensor<1x4xf32>) -> tensor<1x4xf32>
      %48 = "linalg.generic"(%x, %1, %47) <{indexing_maps = [affine_map<(d0, d1) -> (0, d1)>, affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 4, 3>, operandSegmentSizes = array<i32: 2, 1>}> ({
      ^bb0(%49: f32, %50: f32, %51: f32):
        %52 = "arith.mulf"(%49, %50) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        %53 = "arith.addf"(%51, %52) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        "linalg.yield"(%53) : (f32) -> ()
      }) : (tensor<1x3xf32>, tensor<3x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %54 = "tensor.empty"() : () -> tensor<1x4xf32>
      %55 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
      %56 = "linalg.fill"(%55, %54) : (f32, tensor<1x4xf32>) -> tensor<1x4xf32>
      %57 = "linalg.generic"(%h, %5, %56) <{indexing_maps = [affine_map<(d0, d1) -> (0, d1)>, affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 4, 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
      ^bb0(%58: f32, %59: f32, %60: f32):
        %61 = "arith.mulf"(%58, %59) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        %62 = "arith.addf"(%60, %61) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        "linalg.yield"(%62) : (f32) -> ()
      }) : (tensor<1x4xf32>, tensor<4x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %63 = "tensor.empty"() : () -> tensor<1x4xf32>
      %64 = "linalg.generic"(%48, %57, %63) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
      ^bb0(%65: f32, %66: f32, %67: f32):
        %68 = "arith.addf"(%65, %66) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        "linalg.yield"(%68) : (f32) -> ()
      }) : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %69 = "tensor.empty"() : () -> tensor<1x4xf32>
      %70 = "linalg.generic"(%64, %9, %69) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
      ^bb0(%71: f32, %72: f32, %73: f32):
        %74 = "arith.addf"(%71, %72) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        "linalg.yield"(%74) : (f32) -> ()
      }) : (tensor<1x4xf32>, tensor<4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %75 = "tensor.empty"() : () -> tensor<1x4xf32>
      %76 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
      %77 = "linalg.fill"(%76, %75) : (f32, tensor<1x4xf32>) -> tensor<1x4xf32>
      %78 = "linalg.generic"(%x, %2, %77) <{indexing_maps = [affine_map<(d0, d1) -> (0, d1)>, affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 4, 3>, operandSegmentSizes = array<i32: 2, 1>}> ({
      ^bb0(%79: f32, %80: f32, %81: f32):
        %82 = "arith.mulf"(%79, %80) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        %83 = "arith.addf"(%81, %82) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        "linalg.yield"(%83) : (f32) -> ()
      }) : (tensor<1x3xf32>, tensor<3x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %84 = "tensor.empty"() : () -> tensor<1x4xf32>
      %85 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
      %86 = "linalg.fill"(%85, %84) : (f32, tensor<1x4xf32>) -> tensor<1x4xf32>
      %87 = "linalg.generic"(%h, %6, %86) <{indexing_maps = [affine_map<(d0, d1) -> (0, d1)>, affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 4, 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
      ^bb0(%88: f32, %89: f32, %90: f32):
        %91 = "arith.mulf"(%88, %89) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        %92 = "arith.addf"(%90, %91) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        "linalg.yield"(%92) : (f32) -> ()
      }) : (tensor<1x4xf32>, tensor<4x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %93 = "tensor.empty"() : () -> tensor<1x4xf32>
      %94 = "linalg.generic"(%78, %87, %93) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
      ^bb0(%95: f32, %96: f32, %97: f32):
        %98 = "arith.addf"(%95, %96) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        "linalg.yield"(%98) : (f32) -> ()
      }) : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %99 = "tensor.empty"() : () -> tensor<1x4xf32>
      %100 = "linalg.generic"(%94, %10, %99) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
      ^bb0(%101: f32, %102: f32, %103: f32):
        %104 = "arith.addf"(%101, %102) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        "linalg.yield"(%104) : (f32) -> ()
      }) : (tensor<1x4xf32>, tensor<4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %105 = "tensor.empty"() : () -> tensor<1x4xf32>
      %106 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
      %107 = "linalg.fill"(%106, %105) : (f32, tensor<1x4xf32>) -> tensor<1x4xf32>
      %108 = "linalg.generic"(%x, %3, %107) <{indexing_maps = [affine_map<(d0, d1) -> (0, d1)>, affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 4, 3>, operandSegmentSizes = array<i32: 2, 1>}> ({
      ^bb0(%109: f32, %110: f32, %111: f32):
        %112 = "arith.mulf"(%109, %110) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        %113 = "arith.addf"(%111, %112) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        "linalg.yield"(%113) : (f32) -> ()
      }) : (tensor<1x3xf32>, tensor<3x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %114 = "tensor.empty"() : () -> tensor<1x4xf32>
      %115 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
      %116 = "linalg.fill"(%115, %114) : (f32, tensor<1x4xf32>) -> tensor<1x4xf32>
      %117 = "linalg.generic"(%h, %7, %116) <{indexing_maps = [affine_map<(d0, d1) -> (0, d1)>, affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 4, 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
      ^bb0(%118: f32, %119: f32, %120: f32):
        %121 = "arith.mulf"(%118, %119) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        %122 = "arith.addf"(%120, %121) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        "linalg.yield"(%122) : (f32) -> ()
      }) : (tensor<1x4xf32>, tensor<4x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %123 = "tensor.empty"() : () -> tensor<1x4xf32>
      %124 = "linalg.generic"(%108, %117, %123) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
      ^bb0(%125: f32, %126: f32, %127: f32):
        %128 = "arith.addf"(%125, %126) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        "linalg.yield"(%128) : (f32) -> ()
      }) : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %129 = "tensor.empty"() : () -> tensor<1x4xf32>
      %130 = "linalg.generic"(%124, %11, %129) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
      ^bb0(%131: f32, %132: f32, %133: f32):
        %134 = "arith.addf"(%131, %132) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        "linalg.yield"(%134) : (f32) -> ()
      }) : (tensor<1x4xf32>, tensor<4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %135 = "tensor.empty"() : () -> tensor<1x4xf32>
      %136 = "linalg.generic"(%40, %135) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 1, 1>}> ({
      ^bb0(%137: f32, %138: f32):
        %139 = "arith.constant"() <{value = 1.0 : f32}> : () -> f32
        %140 = "arith.negf"(%137) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
        %141 = "math.exp"(%140) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
        %142 = "arith.addf"(%139, %141) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        %143 = "arith.divf"(%139, %142) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        "linalg.yield"(%143) : (f32) -> ()
      }) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %144 = "tensor.empty"() : () -> tensor<1x4xf32>
      %145 = "linalg.generic"(%70, %144) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 1, 1>}> ({
      ^bb0(%146: f32, %147: f32):
        %148 = "arith.constant"() <{value = 1.0 : f32}> : () -> f32
        %149 = "arith.negf"(%146) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
        %150 = "math.exp"(%149) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
        %151 = "arith.addf"(%148, %150) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        %152 = "arith.divf"(%148, %151) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        "linalg.yield"(%152) : (f32) -> ()
      }) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %153 = "tensor.empty"() : () -> tensor<1x4xf32>
      %154 = "linalg.generic"(%100, %153) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 1, 1>}> ({
      ^bb0(%155: f32, %156: f32):
        %157 = "arith.constant"() <{value = 1.0 : f32}> : () -> f32
        %158 = "arith.negf"(%155) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
        %159 = "math.exp"(%158) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
        %160 = "arith.addf"(%157, %159) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        %161 = "arith.divf"(%157, %160) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        "linalg.yield"(%161) : (f32) -> ()
      }) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %162 = "tensor.empty"() : () -> tensor<1x4xf32>
      %163 = "linalg.generic"(%130, %162) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 1, 1>}> ({
      ^bb0(%164: f32, %165: f32):
        %166 = "math.tanh"(%164) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
        "linalg.yield"(%166) : (f32) -> ()
      }) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %167 = "tensor.empty"() : () -> tensor<1x4xf32>
      %168 = "linalg.generic"(%154, %c, %167) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
      ^bb0(%169: f32, %170: f32, %171: f32):
        %172 = "arith.mulf"(%169, %170) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        "linalg.yield"(%172) : (f32) -> ()
      }) : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %173 = "tensor.empty"() : () -> tensor<1x4xf32>
      %174 = "linalg.generic"(%136, %163, %173) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
      ^bb0(%175: f32, %176: f32, %177: f32):
        %178 = "arith.mulf"(%175, %176) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        "linalg.yield"(%178) : (f32) -> ()
      }) : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %179 = "tensor.empty"() : () -> tensor<1x4xf32>
      %180 = "linalg.generic"(%168, %174, %179) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
      ^bb0(%181: f32, %182: f32, %183: f32):
        %184 = "arith.addf"(%181, %182) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        "linalg.yield"(%184) : (f32) -> ()
      }) : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %185 = "tensor.empty"() : () -> tensor<1x4xf32>
      %186 = "linalg.generic"(%180, %185) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 1, 1>}> ({
      ^bb0(%187: f32, %188: f32):
        %189 = "math.tanh"(%187) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
        "linalg.yield"(%189) : (f32) -> ()
      }) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %190 = "tensor.empty"() : () -> tensor<1x4xf32>
      %191 = "linalg.generic"(%145, %186, %190) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
      ^bb0(%192: f32, %193: f32, %194: f32):
        %195 = "arith.mulf"(%192, %193) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        "linalg.yield"(%195) : (f32) -> ()
      }) : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      "scf.yield"(%191, %180, %191) : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> ()
    }) : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<3x1x3xf32>) -> (tensor<1x4xf32>, tensor<1x4xf32>, tensor<3x1x4xf32>)
    "func.return"(%12, %14) : (tensor<1x4xf32>, tensor<3x1x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
