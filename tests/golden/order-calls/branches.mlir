// RUN: millrace opt %s --pipeline "order-calls"
// The wide result of a branch is gone before that of the other one is made.
"builtin.module"() <{strict = false, target = {name = "small", triple = "", cpu = "", features = "", vector_bytes = 0 : i64, vector_registers = 16 : i64, fma = true, fma_latency = 4 : i64, fma_per_cycle = 2 : i64, l1_bytes = 0 : i64, l2_bytes = 1048576 : i64, pointer_bytes = 4 : i64, alignment = 8 : i64, flash_bytes = 0 : i64, ram_bytes = 0 : i64, abi = "", cc_flags = "", bare = true, registers = 14 : i64, vector_float = true, mve = false, dsp = false, fpu = "double", fpu_round = true, long_multiply = true, divide = true, code_size = ""}}> ({
  "func.func"() <{sym_name = "k3", function_type = (tensor<1x16xf32>, tensor<16x2xf32>) -> tensor<1x2xf32>, role = "kernel"}> ({
  ^bb0(%0: tensor<1x16xf32>, %1: tensor<16x2xf32>):
    %2 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %3 = "tensor.empty"() : () -> tensor<1x2xf32>
    %4 = "linalg.fill"(%2, %3) : (f32, tensor<1x2xf32>) -> tensor<1x2xf32>
    %5 = "linalg.generic"(%0, %1, %4) <{indexing_maps = [affine_map<(d0, d1) -> (0, d1)>, affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 2, 16>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%6: f32, %7: f32, %8: f32):
      %9 = "arith.mulf"(%6, %7) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %10 = "arith.addf"(%8, %9) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%10) : (f32) -> ()
    }) : (tensor<1x16xf32>, tensor<16x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
    "func.return"(%5) : (tensor<1x2xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "k2", function_type = (tensor<1x15xf32>, tensor<15x2xf32>) -> tensor<1x2xf32>, role = "kernel"}> ({
  ^bb0(%0: tensor<1x15xf32>, %1: tensor<15x2xf32>):
    %2 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %3 = "tensor.empty"() : () -> tensor<1x2xf32>
    %4 = "linalg.fill"(%2, %3) : (f32, tensor<1x2xf32>) -> tensor<1x2xf32>
    %5 = "linalg.generic"(%0, %1, %4) <{indexing_maps = [affine_map<(d0, d1) -> (0, d1)>, affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 2, 15>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%6: f32, %7: f32, %8: f32):
      %9 = "arith.mulf"(%6, %7) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %10 = "arith.addf"(%8, %9) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%10) : (f32) -> ()
    }) : (tensor<1x15xf32>, tensor<15x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
    "func.return"(%5) : (tensor<1x2xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "k1", function_type = (tensor<1x4xf32>, tensor<4x16xf32>) -> tensor<1x16xf32>, role = "kernel"}> ({
  ^bb0(%0: tensor<1x4xf32>, %1: tensor<4x16xf32>):
    %2 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %3 = "tensor.empty"() : () -> tensor<1x16xf32>
    %4 = "linalg.fill"(%2, %3) : (f32, tensor<1x16xf32>) -> tensor<1x16xf32>
    %5 = "linalg.generic"(%0, %1, %4) <{indexing_maps = [affine_map<(d0, d1) -> (0, d1)>, affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 16, 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%6: f32, %7: f32, %8: f32):
      %9 = "arith.mulf"(%6, %7) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %10 = "arith.addf"(%8, %9) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%10) : (f32) -> ()
    }) : (tensor<1x4xf32>, tensor<4x16xf32>, tensor<1x16xf32>) -> tensor<1x16xf32>
    "func.return"(%5) : (tensor<1x16xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "k0", function_type = (tensor<1x4xf32>, tensor<4x15xf32>) -> tensor<1x15xf32>, role = "kernel"}> ({
  ^bb0(%0: tensor<1x4xf32>, %1: tensor<4x15xf32>):
    %2 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %3 = "tensor.empty"() : () -> tensor<1x15xf32>
    %4 = "linalg.fill"(%2, %3) : (f32, tensor<1x15xf32>) -> tensor<1x15xf32>
    %5 = "linalg.generic"(%0, %1, %4) <{indexing_maps = [affine_map<(d0, d1) -> (0, d1)>, affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 15, 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%6: f32, %7: f32, %8: f32):
      %9 = "arith.mulf"(%6, %7) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %10 = "arith.addf"(%8, %9) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%10) : (f32) -> ()
    }) : (tensor<1x4xf32>, tensor<4x15xf32>, tensor<1x15xf32>) -> tensor<1x15xf32>
    "func.return"(%5) : (tensor<1x15xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (tensor<1x4xf32>) -> tensor<1x4xf32>, role = "entry"}> ({
  ^bb0(%0: tensor<1x4xf32>):
    %1 = "mr.constant"() <{value = dense<[[-1.430873, -0.9365477, 0.39393836, -0.52408665, 0.5256162, 0.80732363, -1.4435314, 1.0170637, -0.59564865, 2.094085, 0.72868896, -0.5389894, 0.2014878, 0.21497792, 0.3295181], [1.3932605, 0.532844, 1.6606375, 0.6342201, -0.17774108, -1.5244079, -1.5605397, 0.20478748, 0.6909786, 1.4433056, -0.6133017, 0.07777395, -0.8129783, -0.42233336, -2.2794487], [0.7388424, -0.72260535, -0.07269526, 0.44573298, 0.33908847, -1.3142319, 1.5181677, 0.757314, 0.500135, -0.6595975, -1.6042756, -1.630158, -0.20841862, 0.16067141, -0.7033605], [1.8294451, 0.30114135, 0.99851966, 0.9065691, -1.0704716, 0.9938796, 0.45020247, -1.2686298, 0.7234397, 1.0719755, 0.9765949, 1.0518537, -1.4101163, -0.2474967, -0.5457172]]> : tensor<4x15xf32>}> : () -> tensor<4x15xf32>
    %2 = "func.call"(%0, %1) <{callee = @k0}> : (tensor<1x4xf32>, tensor<4x15xf32>) -> tensor<1x15xf32>
    %3 = "mr.constant"() <{value = dense<[[-0.5947237, 0.6307835, 1.0393541, 1.0309217, 1.8178461, -0.38518938, 0.5441772, -0.3662217, -1.4248486, -0.7038591, 0.13616234, -0.9151747, -0.19147103, 1.1202501, 0.5704517, 0.57234365], [0.34512243, -0.17527579, -1.8677429, 0.99145854, -1.5066601, 0.21608505, -0.108391725, 0.13727243, 0.25233677, -0.33384258, 0.9009835, -1.2851013, 0.79190457, -1.691947, 1.1863323, -0.50896776], [0.37405244, 1.5080552, -2.1626825, -0.31462818, 0.57349825, 0.8992781, 1.3582785, 0.60614574, 0.514136, 0.106337965, 0.2655657, 0.070980765, 0.99180996, 0.15933384, 0.668872, 1.6161387], [1.1701846, -0.34412485, -0.10342659, 0.7348237, -0.6423035, -1.8309187, -1.0114346, 0.5386567, -0.21106057, -0.3569138, 0.74706876, -1.0516975, 2.264505, 0.023037557, -0.32417902, 2.0369902]]> : tensor<4x16xf32>}> : () -> tensor<4x16xf32>
    %4 = "func.call"(%0, %3) <{callee = @k1}> : (tensor<1x4xf32>, tensor<4x16xf32>) -> tensor<1x16xf32>
    %5 = "mr.constant"() <{value = dense<[[-1.430873, -0.9365477], [0.39393836, -0.52408665], [0.5256162, 0.80732363], [-1.4435314, 1.0170637], [-0.59564865, 2.094085], [0.72868896, -0.5389894], [0.2014878, 0.21497792], [0.3295181, 1.3932605], [0.532844, 1.6606375], [0.6342201, -0.17774108], [-1.5244079, -1.5605397], [0.20478748, 0.6909786], [1.4433056, -0.6133017], [0.07777395, -0.8129783], [-0.42233336, -2.2794487]]> : tensor<15x2xf32>}> : () -> tensor<15x2xf32>
    %6 = "func.call"(%2, %5) <{callee = @k2}> : (tensor<1x15xf32>, tensor<15x2xf32>) -> tensor<1x2xf32>
    %7 = "mr.constant"() <{value = dense<[[-0.5947237, 0.6307835], [1.0393541, 1.0309217], [1.8178461, -0.38518938], [0.5441772, -0.3662217], [-1.4248486, -0.7038591], [0.13616234, -0.9151747], [-0.19147103, 1.1202501], [0.5704517, 0.57234365], [0.34512243, -0.17527579], [-1.8677429, 0.99145854], [-1.5066601, 0.21608505], [-0.108391725, 0.13727243], [0.25233677, -0.33384258], [0.9009835, -1.2851013], [0.79190457, -1.691947], [1.1863323, -0.50896776]]> : tensor<16x2xf32>}> : () -> tensor<16x2xf32>
    %8 = "func.call"(%4, %7) <{callee = @k3}> : (tensor<1x16xf32>, tensor<16x2xf32>) -> tensor<1x2xf32>
    %9 = "mr.concat"(%6, %8) <{axis = 1 : i64}> : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x4xf32>
    "func.return"(%9) : (tensor<1x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
