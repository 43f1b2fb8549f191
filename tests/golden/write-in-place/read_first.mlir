// RUN: millrace opt %s --pipeline "write-in-place"
// All is read before anything is written: the carry is made where it is.
"builtin.module"() <{strict = false, target = {bare = true, l1_bytes = 0 : i64, name = "small", pointer_bytes = 4 : i64, triple = "", vector_bytes = 0 : i64}}> ({
  "func.func"() <{sym_name = "swap", function_type = (memref<2xf32>, memref<2xf32>) -> (), role = "kernel"}> ({
  ^bb0(%x: memref<2xf32>, %y: memref<2xf32>):
    %i = "arith.constant"() <{value = 0 : index}> : () -> index
    %j = "arith.constant"() <{value = 1 : index}> : () -> index
    %a = "memref.load"(%x, %i) : (memref<2xf32>, index) -> f32
    %b = "memref.load"(%x, %j) : (memref<2xf32>, index) -> f32
    "memref.store"(%b, %y, %i) : (f32, memref<2xf32>, index) -> ()
    "memref.store"(%a, %y, %j) : (f32, memref<2xf32>, index) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<2xf32>, memref<2xf32>) -> (), role = "entry", num_inputs = 1 : i64}> ({
  ^bb0(%in: memref<2xf32>, %out: memref<2xf32>):
    %low = "arith.constant"() <{value = 0 : index}> : () -> index
    %high = "arith.constant"() <{value = 5 : index}> : () -> index
    %step = "arith.constant"() <{value = 1 : index}> : () -> index
    %carry = "memref.alloc"() : () -> memref<2xf32>
    "memref.copy"(%in, %carry) : (memref<2xf32>, memref<2xf32>) -> ()
    "scf.for"(%low, %high, %step) ({
    ^bb1(%n: index):
      %next = "memref.alloc"() : () -> memref<2xf32>
      "func.call"(%carry, %next) <{callee = @swap}> : (memref<2xf32>, memref<2xf32>) -> ()
      "memref.copy"(%next, %carry) : (memref<2xf32>, memref<2xf32>) -> ()
      "scf.yield"() : () -> ()
    }) : (index, index, index) -> ()
    "memref.copy"(%carry, %out) : (memref<2xf32>, memref<2xf32>) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
