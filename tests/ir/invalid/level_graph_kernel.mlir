// level: GRAPH
"builtin.module"() ({
  "func.func"() <{sym_name = "main", function_type = () -> (), role = "kernel"}> ({  // expected-error {{a kernel has no place at GRAPH level}}
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
