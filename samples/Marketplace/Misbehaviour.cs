namespace Exchange.Samples.Marketplace;

/// <summary>How a provider may fail its node; tests and demonstrations ask for it.</summary>
public enum Misbehaviour
{
    /// <summary>It does as it should.</summary>
    None,

    /// <summary>It answers with another customer's orders.</summary>
    WrongSubject,

    /// <summary>It answers with bytes that are no message.</summary>
    MalformedRecord,

    /// <summary>It answers with orders from before the asked period.</summary>
    OutsidePeriod,

    /// <summary>It never answers.</summary>
    Slow,

    /// <summary>It answers that it is out of order.</summary>
    Down,

    /// <summary>It refuses the call.</summary>
    Refuses,

    /// <summary>It says that it has too much to do.</summary>
    Busy,

    /// <summary>It answers with orders whose total has a currency in lower case, which the dataset does not admit.</summary>
    InvalidRecord,

    /// <summary>It answers with more than a page may hold.</summary>
    Huge,
}
