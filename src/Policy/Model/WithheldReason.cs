namespace Exchange.Policy.Model;

/// <summary>Why an asked leaf is not released; numbers are those of the format.</summary>
public enum WithheldReason
{
    /// <summary>No line of the rule permits it.</summary>
    NotInPolicy = 1,

    /// <summary>The rule would permit it, the subject did not.</summary>
    NotInConsent = 2,

    /// <summary>It is the other side's name for the subject, which neither side learns.</summary>
    ForeignIdentifier = 3,
}
