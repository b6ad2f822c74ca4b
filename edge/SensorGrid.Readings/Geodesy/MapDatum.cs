namespace SensorGrid.Readings.Geodesy;

/// <summary>What coordinates mean. Everything inside the system is WGS-84; other input is converted where it comes in.</summary>
public enum MapDatum : byte
{
    /// <summary>WGS-84: what receivers give.</summary>
    Wgs84 = 0,

    /// <summary>CGCS2000. The frames differ by the motion of the plate, some 3 cm a year since 2000: nothing on a map, much for the displacement of a dam.</summary>
    Cgcs2000 = 1,

    /// <summary>GCJ-02, shifted by some hundreds of metres: AMap, Tencent, telephones sold in mainland China.</summary>
    Gcj02 = 2,

    /// <summary>BD-09, shifted once more: Baidu.</summary>
    Bd09 = 3,
}
