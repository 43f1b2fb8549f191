"builtin.module"() ({
  "func.call"() <{callee = @nobody}> : () -> ()  // expected-error {{@nobody is not defined in the module}}
}) : () -> ()
