"builtin.module"() <{strict = false, target = {name = "test", triple = "", vector_bytes = 16 : i64, vector_registers = 16 : i64}}> ({
  "func.func"() <{sym_name = "k2", function_type = (memref<16xf32>, memref<2xf32>, memref<16xf32>) -> (), role = "kernel"}> ({
  ^bb0(%0: memref<16xf32>, %1: memref<2xf32>, %2: memref<16xf32>):
    %3 = "arith.constant"() <{value = 8 : index}> : () -> index
    %4 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %5 = "arith.constant"() <{value = 4 : index}> : () -> index
    %6 = "arith.constant"() <{value = 0 : index}> : () -> index
    %7 = "arith.constant"() <{value = 2 : index}> : () -> index
    %8 = "arith.constant"() <{value = 1 : index}> : () -> index
    "scf.for"(%6, %7, %8) ({
    ^bb0(%9: index):
      %10 = "arith.muli"(%9, %3) : (index, index) -> index
      %11 = "vector.load"(%0, %10) : (memref<16xf32>, index) -> vector<4xf32>
      %12 = "memref.load"(%1, %9) : (memref<2xf32>, index) -> f32
      %13 = "vector.broadcast"(%12) : (f32) -> vector<4xf32>
      %14 = "arith.divf"(%11, %13) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %15 = "arith.muli"(%9, %3) : (index, index) -> index
      "vector.store"(%14, %2, %15) : (vector<4xf32>, memref<16xf32>, index) -> ()
      %16 = "arith.addi"(%10, %5) : (index, index) -> index
      %17 = "vector.load"(%0, %16) : (memref<16xf32>, index) -> vector<4xf32>
      %18 = "arith.divf"(%17, %13) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %19 = "arith.addi"(%15, %5) : (index, index) -> index
      "vector.store"(%18, %2, %19) : (vector<4xf32>, memref<16xf32>, index) -> ()
      "scf.yield"() : () -> ()
    }) : (index, index, index) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "k1", function_type = (memref<16xf32>, memref<2xf32>, memref<16xf32>, memref<2xf32>) -> (), role = "kernel"}> ({
  ^bb0(%0: memref<16xf32>, %1: memref<2xf32>, %2: memref<16xf32>, %3: memref<2xf32>):
    %4 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %5 = "arith.constant"() <{value = dense<0.0> : vector<4xf32>}> : () -> vector<4xf32>
    %6 = "arith.constant"() <{value = 8 : index}> : () -> index
    %7 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %8 = "arith.constant"() <{value = 4 : index}> : () -> index
    %9 = "arith.constant"() <{value = 0 : index}> : () -> index
    %10 = "arith.constant"() <{value = 2 : index}> : () -> index
    %11 = "arith.constant"() <{value = 1 : index}> : () -> index
    "scf.for"(%9, %10, %11) ({
    ^bb0(%12: index):
      %13 = "arith.muli"(%12, %6) : (index, index) -> index
      %14 = "vector.load"(%0, %13) : (memref<16xf32>, index) -> vector<4xf32>
      %15 = "memref.load"(%1, %12) : (memref<2xf32>, index) -> f32
      %16 = "vector.broadcast"(%15) : (f32) -> vector<4xf32>
      %17 = "arith.subf"(%14, %16) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %18 = "math.exp"(%17) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>) -> vector<4xf32>
      %19 = "arith.addf"(%5, %18) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %20 = "arith.muli"(%12, %6) : (index, index) -> index
      "vector.store"(%18, %2, %20) : (vector<4xf32>, memref<16xf32>, index) -> ()
      %21 = "arith.addi"(%13, %8) : (index, index) -> index
      %22 = "vector.load"(%0, %21) : (memref<16xf32>, index) -> vector<4xf32>
      %23 = "arith.subf"(%22, %16) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %24 = "math.exp"(%23) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>) -> vector<4xf32>
      %25 = "arith.addf"(%5, %24) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %26 = "arith.addi"(%20, %8) : (index, index) -> index
      "vector.store"(%24, %2, %26) : (vector<4xf32>, memref<16xf32>, index) -> ()
      %27 = "arith.addf"(%19, %25) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %28 = "arith.addf"(%5, %5) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %29 = "arith.addf"(%5, %5) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %30 = "arith.addf"(%5, %5) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %31 = "arith.addf"(%27, %28) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %32 = "arith.addf"(%29, %30) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %33 = "arith.addf"(%31, %32) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %34 = "vector.reduction"(%33) <{kind = "add"}> : (vector<4xf32>) -> f32
      "memref.store"(%34, %3, %12) : (f32, memref<2xf32>, index) -> ()
      "scf.yield"() : () -> ()
    }) : (index, index, index) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "k0", function_type = (memref<16xf32>, memref<2xf32>) -> (), role = "kernel"}> ({
  ^bb0(%0: memref<16xf32>, %1: memref<2xf32>):
    %2 = "arith.constant"() <{value = 0xFF800000 : f32}> : () -> f32
    %3 = "arith.constant"() <{value = 8 : index}> : () -> index
    %4 = "arith.constant"() <{value = 1 : index}> : () -> index
    %5 = "arith.constant"() <{value = 2 : index}> : () -> index
    %6 = "arith.constant"() <{value = 3 : index}> : () -> index
    %7 = "arith.constant"() <{value = 4 : index}> : () -> index
    %8 = "arith.constant"() <{value = 5 : index}> : () -> index
    %9 = "arith.constant"() <{value = 6 : index}> : () -> index
    %10 = "arith.constant"() <{value = 7 : index}> : () -> index
    %11 = "arith.constant"() <{value = 0 : index}> : () -> index
    "scf.for"(%11, %5, %4) ({
    ^bb0(%12: index):
      %13 = "arith.muli"(%12, %3) : (index, index) -> index
      %14 = "memref.load"(%0, %13) : (memref<16xf32>, index) -> f32
      %15 = "arith.maximumf"(%2, %14) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %16 = "arith.addi"(%13, %4) : (index, index) -> index
      %17 = "memref.load"(%0, %16) : (memref<16xf32>, index) -> f32
      %18 = "arith.maximumf"(%2, %17) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %19 = "arith.addi"(%13, %5) : (index, index) -> index
      %20 = "memref.load"(%0, %19) : (memref<16xf32>, index) -> f32
      %21 = "arith.maximumf"(%2, %20) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %22 = "arith.addi"(%13, %6) : (index, index) -> index
      %23 = "memref.load"(%0, %22) : (memref<16xf32>, index) -> f32
      %24 = "arith.maximumf"(%2, %23) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %25 = "arith.addi"(%13, %7) : (index, index) -> index
      %26 = "memref.load"(%0, %25) : (memref<16xf32>, index) -> f32
      %27 = "arith.maximumf"(%2, %26) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %28 = "arith.addi"(%13, %8) : (index, index) -> index
      %29 = "memref.load"(%0, %28) : (memref<16xf32>, index) -> f32
      %30 = "arith.maximumf"(%2, %29) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %31 = "arith.addi"(%13, %9) : (index, index) -> index
      %32 = "memref.load"(%0, %31) : (memref<16xf32>, index) -> f32
      %33 = "arith.maximumf"(%2, %32) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %34 = "arith.addi"(%13, %10) : (index, index) -> index
      %35 = "memref.load"(%0, %34) : (memref<16xf32>, index) -> f32
      %36 = "arith.maximumf"(%2, %35) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %37 = "arith.maximumf"(%15, %18) <{fastmath = #arith.fastmath<reassoc,contract>}> : (f32, f32) -> f32
      %38 = "arith.maximumf"(%21, %24) <{fastmath = #arith.fastmath<reassoc,contract>}> : (f32, f32) -> f32
      %39 = "arith.maximumf"(%27, %30) <{fastmath = #arith.fastmath<reassoc,contract>}> : (f32, f32) -> f32
      %40 = "arith.maximumf"(%33, %36) <{fastmath = #arith.fastmath<reassoc,contract>}> : (f32, f32) -> f32
      %41 = "arith.maximumf"(%37, %38) <{fastmath = #arith.fastmath<reassoc,contract>}> : (f32, f32) -> f32
      %42 = "arith.maximumf"(%39, %40) <{fastmath = #arith.fastmath<reassoc,contract>}> : (f32, f32) -> f32
      %43 = "arith.maximumf"(%41, %42) <{fastmath = #arith.fastmath<reassoc,contract>}> : (f32, f32) -> f32
      "memref.store"(%43, %1, %12) : (f32, memref<2xf32>, index) -> ()
      "scf.yield"() : () -> ()
    }) : (index, index, index) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<16xf32>, memref<16xf32>) -> (), role = "entry", result_names = ["out0"], num_inputs = 1 : i64}> ({
  ^bb0(%x: memref<16xf32>, %0: memref<16xf32>):
    %1 = "memref.alloc"() : () -> memref<2xf32>
    %2 = "memref.alloc"() : () -> memref<2xf32>
    "func.call"(%x, %1) <{callee = @k0}> : (memref<16xf32>, memref<2xf32>) -> ()
    "func.call"(%x, %1, %0, %2) <{callee = @k1}> : (memref<16xf32>, memref<2xf32>, memref<16xf32>, memref<2xf32>) -> ()
    "func.call"(%0, %2, %0) <{callee = @k2}> : (memref<16xf32>, memref<2xf32>, memref<16xf32>) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
