// RUN: millrace opt %s --pipeline "inline"
// Functions that call functions; one that nobody calls.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "square", function_type = (tensor<3xf32>) -> tensor<3xf32>, role = "function"}> ({
  ^bb0(%x: tensor<3xf32>):
    %0 = "mr.mul"(%x, %x) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    "func.return"(%0) : (tensor<3xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "outer", function_type = (tensor<3xf32>) -> tensor<3xf32>, role = "function"}> ({
  ^bb0(%x: tensor<3xf32>):
    %0 = "func.call"(%x) <{callee = @square}> : (tensor<3xf32>) -> tensor<3xf32>
    %1 = "mr.add"(%0, %x) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    "func.return"(%1) : (tensor<3xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "unused", function_type = (tensor<3xf32>) -> tensor<3xf32>, role = "function"}> ({
  ^bb0(%x: tensor<3xf32>):
    "func.return"(%x) : (tensor<3xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (tensor<3xf32>) -> tensor<3xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<3xf32>):
    %0 = "func.call"(%x) <{callee = @outer}> : (tensor<3xf32>) -> tensor<3xf32>
    %1 = "func.call"(%0) <{callee = @square}> : (tensor<3xf32>) -> tensor<3xf32>
    "func.return"(%1) : (tensor<3xf32>) -> ()
  }) : () -> ()
}) : () -> ()
