namespace Exchange.Policy.Minimisation;

/// <summary>What became of one record. A record that breaks several rules gets the first of them in the order of this list.</summary>
public enum MinimisationVerdict
{
    /// <summary>The minimised record was written.</summary>
    Released = 0,

    /// <summary>The bytes are no well-formed record of the dataset (docs/minimisation.md lists the rules).</summary>
    Malformed = 1,

    /// <summary>A field breaks a constraint of the dataset (<see cref="MinimisationOutcome.Breach"/> says which).</summary>
    Invalid = 2,

    /// <summary>The record is about somebody else than was asked for, or about nobody.</summary>
    WrongSubject = 3,

    /// <summary>The record's time is absent or outside the period that was asked for.</summary>
    OutsidePeriod = 4,
}
