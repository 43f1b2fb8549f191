// RUN: millrace opt %s --pipeline "tabulate-curves{flash=0}"
// A core with upper halves of products; no table is fine enough for this curve.
"builtin.module"() <{strict = false, target = {name = "core", triple = "thumbv7em-none-unknown-gnueabi", cpu = "cortex-m4", features = "", vector_bytes = 0 : i64, vector_registers = 10 : i64, pointer_bytes = 4 : i64, flash_bytes = 1048576 : i64, dsp = true}}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<3xi16>) -> tensor<3xi32>, role = "entry"}> ({
  ^bb0(%x: tensor<3xi16>):
    %2 = "mr.fixed_point_tanh"(%x) <{integer_bits = 0 : i64, upper = false}> : (tensor<3xi16>) -> tensor<3xi32>
    "func.return"(%2) : (tensor<3xi32>) -> ()
  }) : () -> ()
}) : () -> ()
