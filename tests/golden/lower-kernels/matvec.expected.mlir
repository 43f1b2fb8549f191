"builtin.module"() <{strict = false, target = {name = "test", triple = "", vector_bytes = 16 : i64, vector_registers = 16 : i64}}> ({
  "memref.global"() <{sym_name = "c0", value = dense<[-0.75, -0.75, 0.75, 0.0, 0.25, 0.25, 0.5, -1.0, 0.0, -0.75, -0.25, 1.0, 0.0, -1.0, 0.0, -0.75, 0.5, 1.0, 1.0, 0.25, 0.75, -0.25, -0.75, 0.0]> : tensor<24xf32>}> : () -> ()
  "memref.global"() <{sym_name = "c0_p0", value = dense<[-0.75, -0.75, 0.75, 0.0, 0.0, -0.75, -0.25, 1.0, 0.5, 1.0, 1.0, 0.25, 0.25, 0.25, 0.5, -1.0, 0.0, -1.0, 0.0, -0.75, 0.75, -0.25, -0.75, 0.0]> : tensor<24xf32>}> : () -> ()
  "memref.global"() <{sym_name = "c1", value = dense<[0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75]> : tensor<8xf32>}> : () -> ()
  "func.func"() <{sym_name = "k0", function_type = (memref<3xf32>, memref<24xf32>, memref<8xf32>, memref<8xf32>) -> (), role = "kernel"}> ({
  ^bb0(%0: memref<3xf32>, %1: memref<24xf32>, %2: memref<8xf32>, %3: memref<8xf32>):
    %4 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %5 = "arith.constant"() <{value = dense<0.0> : vector<4xf32>}> : () -> vector<4xf32>
    %6 = "arith.constant"() <{value = 0 : index}> : () -> index
    %7 = "arith.constant"() <{value = 3 : index}> : () -> index
    %8 = "arith.constant"() <{value = 1 : index}> : () -> index
    %9 = "arith.constant"() <{value = 4 : index}> : () -> index
    %10 = "arith.constant"() <{value = 2 : index}> : () -> index
    %11 = "arith.constant"() <{value = 8 : index}> : () -> index
    %12 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    "scf.for"(%6, %11, %9) ({
    ^bb0(%13: index):
      %14 = "memref.load"(%0, %6) : (memref<3xf32>, index) -> f32
      %15 = "arith.muli"(%13, %7) : (index, index) -> index
      %16 = "vector.load"(%1, %15) : (memref<24xf32>, index) -> vector<4xf32>
      %17 = "vector.broadcast"(%14) : (f32) -> vector<4xf32>
      %18 = "arith.mulf"(%17, %16) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %19 = "arith.addf"(%5, %18) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %20 = "memref.load"(%0, %8) : (memref<3xf32>, index) -> f32
      %21 = "arith.addi"(%15, %9) : (index, index) -> index
      %22 = "vector.load"(%1, %21) : (memref<24xf32>, index) -> vector<4xf32>
      %23 = "vector.broadcast"(%20) : (f32) -> vector<4xf32>
      %24 = "arith.mulf"(%23, %22) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %25 = "arith.addf"(%5, %24) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %26 = "memref.load"(%0, %10) : (memref<3xf32>, index) -> f32
      %27 = "arith.addi"(%15, %11) : (index, index) -> index
      %28 = "vector.load"(%1, %27) : (memref<24xf32>, index) -> vector<4xf32>
      %29 = "vector.broadcast"(%26) : (f32) -> vector<4xf32>
      %30 = "arith.mulf"(%29, %28) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %31 = "arith.addf"(%5, %30) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %32 = "arith.addf"(%19, %25) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %33 = "arith.addf"(%31, %5) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %34 = "arith.addf"(%5, %5) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %35 = "arith.addf"(%5, %5) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %36 = "arith.addf"(%32, %33) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %37 = "arith.addf"(%34, %35) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %38 = "arith.addf"(%36, %37) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %39 = "vector.load"(%2, %13) : (memref<8xf32>, index) -> vector<4xf32>
      %40 = "arith.addf"(%38, %39) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %41 = "arith.maximumf"(%40, %5) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      "vector.store"(%41, %3, %13) : (vector<4xf32>, memref<8xf32>, index) -> ()
      "scf.yield"() : () -> ()
    }) : (index, index, index) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<3xf32>, memref<8xf32>) -> (), role = "entry", result_names = ["out0"], num_inputs = 1 : i64}> ({
  ^bb0(%x: memref<3xf32>, %0: memref<8xf32>):
    %1 = "memref.get_global"() <{sym = "c0_p0"}> : () -> memref<24xf32>
    %2 = "memref.get_global"() <{sym = "c1"}> : () -> memref<8xf32>
    "func.call"(%x, %1, %2, %0) <{callee = @k0}> : (memref<3xf32>, memref<24xf32>, memref<8xf32>, memref<8xf32>) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
