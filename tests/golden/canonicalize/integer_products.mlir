// RUN: millrace opt %s --pipeline "decompose,canonicalize,fold-constants,prune,canonicalize"
// Products stay on 8 bits; zero points become constants: in the weights, the border and a sum.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<1x4x3x2xi8>, tensor<2x4xui8>) -> (tensor<1x2x3x2xi32>, tensor<2x3xi32>, tensor<2x2xi32>), role = "entry"}> ({
  ^bb0(%x: tensor<1x4x3x2xi8>, %y: tensor<2x4xui8>):
    %zero = "mr.constant"() <{value = dense<7> : tensor<i8>}> : () -> tensor<i8>
    %w = "mr.constant"() <{value = dense<[[[[1, 2], [3, -4]]], [[[5, 6], [-7, 8]]]]> : tensor<2x1x2x2xi8>}> : () -> tensor<2x1x2x2xi8>
    %0 = "mr.conv_integer"(%x, %w, %zero) <{strides = array<i64: 2, 1>, low = array<i64: 1, 0>, high = array<i64: 0, 0>, groups = 1 : i64, operandSegmentSizes = array<i32: 1, 1, 1, 0>}> : (tensor<1x4x3x2xi8>, tensor<2x1x2x2xi8>, tensor<i8>) -> tensor<1x2x3x2xi32>
    %bias = "mr.constant"() <{value = dense<[100, 200]> : tensor<2xi32>}> : () -> tensor<2xi32>
    %1 = "mr.add"(%0, %bias) : (tensor<1x2x3x2xi32>, tensor<2xi32>) -> tensor<1x2x3x2xi32>
    %half = "mr.constant"() <{value = dense<128> : tensor<ui8>}> : () -> tensor<ui8>
    %m = "mr.constant"() <{value = dense<[[0, 128, 255], [1, 2, 3], [130, 140, 150], [127, 126, 125]]> : tensor<4x3xui8>}> : () -> tensor<4x3xui8>
    %2 = "mr.matmul_integer"(%y, %m, %half, %half) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>}> : (tensor<2x4xui8>, tensor<4x3xui8>, tensor<ui8>, tensor<ui8>) -> tensor<2x3xi32>
    %n = "mr.constant"() <{value = dense<[[0, 255], [1, 2], [130, 140], [127, 126]]> : tensor<4x2xui8>}> : () -> tensor<4x2xui8>
    %third = "mr.constant"() <{value = dense<[100, 3]> : tensor<2xui8>}> : () -> tensor<2xui8>
    %3 = "mr.matmul_integer"(%y, %n, %half, %third) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>}> : (tensor<2x4xui8>, tensor<4x2xui8>, tensor<ui8>, tensor<2xui8>) -> tensor<2x2xi32>
    "func.return"(%1, %2, %3) : (tensor<1x2x3x2xi32>, tensor<2x3xi32>, tensor<2x2xi32>) -> ()
  }) : () -> ()
}) : () -> ()
