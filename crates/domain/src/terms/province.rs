//! 省、自治区、直辖市 whose 通信管理局 handles a filing.

use super::wire_enum;

wire_enum! {
    /// The 31 administrations of the mainland, in the order of GB/T 2260, by their short Chinese name.
    pub enum Province {
        /// beijing
        Beijing = "北京",
        /// tianjin
        Tianjin = "天津",
        /// hebei
        Hebei = "河北",
        /// shanxi
        Shanxi = "山西",
        /// neimenggu
        InnerMongolia = "内蒙古",
        /// liaoning
        Liaoning = "辽宁",
        /// jilin
        Jilin = "吉林",
        /// heilongjiang
        Heilongjiang = "黑龙江",
        /// shanghai
        Shanghai = "上海",
        /// jiangsu
        Jiangsu = "江苏",
        /// zhejiang
        Zhejiang = "浙江",
        /// anhui
        Anhui = "安徽",
        /// fujian
        Fujian = "福建",
        /// jiangxi
        Jiangxi = "江西",
        /// shandong
        Shandong = "山东",
        /// henan
        Henan = "河南",
        /// hubei
        Hubei = "湖北",
        /// hunan
        Hunan = "湖南",
        /// guangdong
        Guangdong = "广东",
        /// guangxi
        Guangxi = "广西",
        /// hainan
        Hainan = "海南",
        /// chongqing
        Chongqing = "重庆",
        /// sichuan
        Sichuan = "四川",
        /// guizhou
        Guizhou = "贵州",
        /// yunnan
        Yunnan = "云南",
        /// xizang
        Tibet = "西藏",
        /// shaanxi
        Shaanxi = "陕西",
        /// gansu
        Gansu = "甘肃",
        /// qinghai
        Qinghai = "青海",
        /// ningxia
        Ningxia = "宁夏",
        /// xinjiang
        Xinjiang = "新疆",
    }
}

impl Province {
    /// The one-character 简称 that begins a filing number (REV-03).
    pub const fn abbreviation(self) -> &'static str {
        self.facts().0
    }

    /// The name in pinyin without tones, as in the sandbox's administration keys.
    pub const fn pinyin(self) -> &'static str {
        self.facts().1
    }

    /// The six-digit code of GB/T 2260.
    pub const fn code(self) -> u32 {
        self.facts().2
    }

    /// The province of a [`code`](Self::code).
    pub fn from_code(code: u32) -> Option<Self> {
        Self::ALL.iter().copied().find(|province| province.code() == code)
    }

    /// The province of a [`pinyin`](Self::pinyin) name.
    pub fn from_pinyin(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|province| province.pinyin() == name)
    }

    /// The province of an [`abbreviation`](Self::abbreviation).
    pub fn from_abbreviation(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|province| province.abbreviation() == text)
    }

    const fn facts(self) -> (&'static str, &'static str, u32) {
        match self {
            Self::Beijing => ("京", "beijing", 110_000),
            Self::Tianjin => ("津", "tianjin", 120_000),
            Self::Hebei => ("冀", "hebei", 130_000),
            Self::Shanxi => ("晋", "shanxi", 140_000),
            Self::InnerMongolia => ("蒙", "neimenggu", 150_000),
            Self::Liaoning => ("辽", "liaoning", 210_000),
            Self::Jilin => ("吉", "jilin", 220_000),
            Self::Heilongjiang => ("黑", "heilongjiang", 230_000),
            Self::Shanghai => ("沪", "shanghai", 310_000),
            Self::Jiangsu => ("苏", "jiangsu", 320_000),
            Self::Zhejiang => ("浙", "zhejiang", 330_000),
            Self::Anhui => ("皖", "anhui", 340_000),
            Self::Fujian => ("闽", "fujian", 350_000),
            Self::Jiangxi => ("赣", "jiangxi", 360_000),
            Self::Shandong => ("鲁", "shandong", 370_000),
            Self::Henan => ("豫", "henan", 410_000),
            Self::Hubei => ("鄂", "hubei", 420_000),
            Self::Hunan => ("湘", "hunan", 430_000),
            Self::Guangdong => ("粤", "guangdong", 440_000),
            Self::Guangxi => ("桂", "guangxi", 450_000),
            Self::Hainan => ("琼", "hainan", 460_000),
            Self::Chongqing => ("渝", "chongqing", 500_000),
            Self::Sichuan => ("蜀", "sichuan", 510_000),
            Self::Guizhou => ("黔", "guizhou", 520_000),
            Self::Yunnan => ("滇", "yunnan", 530_000),
            Self::Tibet => ("藏", "xizang", 540_000),
            Self::Shaanxi => ("陕", "shaanxi", 610_000),
            Self::Gansu => ("陇", "gansu", 620_000),
            Self::Qinghai => ("青", "qinghai", 630_000),
            Self::Ningxia => ("宁", "ningxia", 640_000),
            Self::Xinjiang => ("新", "xinjiang", 650_000),
        }
    }
}
