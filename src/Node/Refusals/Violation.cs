namespace Exchange.Node.Refusals;

/// <summary>One thing wrong with a request, as google.rpc.BadRequest names it.</summary>
/// <param name="Field">The request's field.</param>
/// <param name="Description">What is wrong and how to mend it; never the value of a subject's name.</param>
public readonly record struct Violation(string Field, string Description);
