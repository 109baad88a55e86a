namespace Exchange.Policy.Minimisation;

/// <summary>What became of one record.</summary>
/// <param name="Verdict">Whether anything was released, and if not, why.</param>
/// <param name="Length">Length of the minimised record; 0 on any verdict but Released, and then nothing is left in the output.</param>
/// <param name="Breach">What an invalid record broke first; null on any other verdict.</param>
public readonly record struct MinimisationOutcome(MinimisationVerdict Verdict, int Length, ConstraintBreach? Breach = null);
