// RUN: millrace opt %s --pipeline "structure,fuse,share-kernels"
// Small kernels stay apart: rows of numbers would not save anything.
"builtin.module"() <{strict = false, target = {bare = true, l1_bytes = 0 : i64, name = "small", triple = ""}}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<6xi32>, tensor<6xi32>, tensor<6xi32>) -> (tensor<6xi32>, tensor<6xi32>, tensor<6xi32>), role = "entry"}> ({
  ^bb0(%x: tensor<6xi32>, %y: tensor<6xi32>, %z: tensor<6xi32>):
    %3 = "mr.constant"() <{value = dense<3> : tensor<i32>}> : () -> tensor<i32>
    %5 = "mr.constant"() <{value = dense<5> : tensor<i32>}> : () -> tensor<i32>
    %7 = "mr.constant"() <{value = dense<7> : tensor<i32>}> : () -> tensor<i32>
    %a = "mr.mul"(%x, %3) : (tensor<6xi32>, tensor<i32>) -> tensor<6xi32>
    %b = "mr.add"(%a, %5) : (tensor<6xi32>, tensor<i32>) -> tensor<6xi32>
    %c = "mr.sub"(%b, %5) : (tensor<6xi32>, tensor<i32>) -> tensor<6xi32>
    %d = "mr.mul"(%c, %7) : (tensor<6xi32>, tensor<i32>) -> tensor<6xi32>
    %e = "mr.mul"(%y, %5) : (tensor<6xi32>, tensor<i32>) -> tensor<6xi32>
    %f = "mr.add"(%e, %7) : (tensor<6xi32>, tensor<i32>) -> tensor<6xi32>
    %g = "mr.sub"(%f, %7) : (tensor<6xi32>, tensor<i32>) -> tensor<6xi32>
    %h = "mr.mul"(%g, %7) : (tensor<6xi32>, tensor<i32>) -> tensor<6xi32>
    %i = "mr.mul"(%z, %7) : (tensor<6xi32>, tensor<i32>) -> tensor<6xi32>
    %j = "mr.add"(%i, %3) : (tensor<6xi32>, tensor<i32>) -> tensor<6xi32>
    %k = "mr.sub"(%j, %3) : (tensor<6xi32>, tensor<i32>) -> tensor<6xi32>
    %l = "mr.mul"(%k, %7) : (tensor<6xi32>, tensor<i32>) -> tensor<6xi32>
    "func.return"(%d, %h, %l) : (tensor<6xi32>, tensor<6xi32>, tensor<6xi32>) -> ()
  }) : () -> ()
}) : () -> ()
