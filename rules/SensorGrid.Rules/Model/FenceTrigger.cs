namespace SensorGrid.Rules.Model;

/// <summary>What about a fence makes a rule's condition hold.</summary>
public enum FenceTrigger : byte
{
    /// <summary>Being outside after having been inside.</summary>
    Exit,

    /// <summary>Being inside after having been outside.</summary>
    Enter,

    /// <summary>Being inside, wherever it was before.</summary>
    Inside,

    /// <summary>Being outside, wherever it was before.</summary>
    Outside,

    /// <summary>Having stayed inside for a set time.</summary>
    Dwell,

    /// <summary>Being outside, nearer than a set distance, and coming nearer.</summary>
    Approach,
}
