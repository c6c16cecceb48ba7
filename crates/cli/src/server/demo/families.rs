//! The words that products of the demo are named with: families of goods × materials × variants.

/// Products of one category that are made and sold alike.
pub(super) struct Family {
    /// The category.
    pub(super) category: &'static str,
    /// What its SKUs begin with.
    pub(super) prefix: &'static str,
    /// What the goods are counted in, and its decimals.
    pub(super) unit: (&'static str, u8),
    /// The goods, with a price in cents around which theirs lies.
    pub(super) goods: &'static [(&'static str, i64)],
    /// What they are made of.
    pub(super) materials: &'static [&'static str],
    /// In which variants they come.
    pub(super) variants: &'static [&'static str],
}

impl Family {
    /// How many products there can be with names of their own.
    pub(super) fn size(&self) -> usize {
        self.goods.len() * self.materials.len() * self.variants.len()
    }
}

const EACH: (&str, u8) = ("each", 0);

/// All families.
pub(super) const FAMILIES: &[Family] = &[
    Family {
        category: "Hand tools",
        prefix: "TLS",
        unit: EACH,
        goods: &[
            ("claw hammer", 1890),
            ("combination pliers", 1450),
            ("screwdriver set", 2290),
            ("adjustable wrench", 1975),
            ("tape measure", 790),
            ("spirit level", 1640),
            ("hand saw", 1725),
            ("utility knife", 590),
        ],
        materials: &["Chrome vanadium", "Forged steel", "Insulated", "Carbon steel", "Stainless steel"],
        variants: &["150 mm", "200 mm", "250 mm", "compact", "heavy duty"],
    },
    Family {
        category: "Electrical",
        prefix: "ELC",
        unit: EACH,
        goods: &[
            ("extension lead", 1290),
            ("LED bulb", 395),
            ("wall socket", 480),
            ("dimmer switch", 1580),
            ("junction box", 275),
            ("cable reel", 3490),
            ("torch", 990),
            ("time switch", 1120),
        ],
        materials: &["White", "Black", "Brushed steel", "Weatherproof", "Anthracite"],
        variants: &["single", "double", "3 m", "5 m", "smart"],
    },
    Family {
        category: "Stationery",
        prefix: "STN",
        unit: EACH,
        goods: &[
            ("notebook", 320),
            ("ring binder", 410),
            ("ballpoint pen box", 690),
            ("desk organiser", 1240),
            ("envelope pack", 455),
            ("sticky note set", 285),
            ("document folder", 195),
            ("weekly planner", 890),
        ],
        materials: &["Recycled", "Kraft", "Linen bound", "Hardcover", "Pastel"],
        variants: &["A4", "A5", "A6", "ruled", "blank"],
    },
    Family {
        category: "Kitchen",
        prefix: "KIT",
        unit: EACH,
        goods: &[
            ("saucepan", 2890),
            ("chopping board", 1450),
            ("mixing bowl", 990),
            ("storage jar", 540),
            ("serving spoon", 375),
            ("colander", 1180),
            ("kettle", 3290),
            ("coffee mug", 495),
        ],
        materials: &["Enamel", "Stainless steel", "Bamboo", "Borosilicate", "Stoneware"],
        variants: &["small", "medium", "large", "cream", "sage green"],
    },
    Family {
        category: "Home textiles",
        prefix: "TEX",
        unit: EACH,
        goods: &[
            ("cushion cover", 890),
            ("tea towel", 450),
            ("bath towel", 1390),
            ("throw blanket", 3450),
            ("table runner", 1290),
            ("apron", 1190),
            ("pillowcase", 790),
            ("curtain pair", 4290),
        ],
        materials: &["Organic cotton", "Linen", "Merino wool", "Velvet", "Jacquard"],
        variants: &["ivory", "indigo", "terracotta", "striped", "floral"],
    },
    Family {
        category: "Fabrics by the metre",
        prefix: "FAB",
        unit: ("m", 2),
        goods: &[
            ("poplin", 690),
            ("canvas", 990),
            ("denim", 1240),
            ("felt", 540),
            ("muslin", 480),
            ("upholstery fabric", 2190),
            ("lining", 420),
            ("ribbon", 145),
        ],
        materials: &["Cotton", "Linen blend", "Recycled polyester", "Wool blend", "Hemp"],
        variants: &["natural", "black", "petrol blue", "mustard", "herringbone"],
    },
    Family {
        category: "Toys and games",
        prefix: "TOY",
        unit: EACH,
        goods: &[
            ("building blocks", 2490),
            ("jigsaw puzzle", 1390),
            ("pull-along duck", 1190),
            ("spinning top", 390),
            ("card game", 890),
            ("doll's house chair", 650),
            ("toy train", 2890),
            ("skipping rope", 590),
        ],
        materials: &["Beechwood", "Painted tin", "Cardboard", "Soft plush", "Bioplastic"],
        variants: &["farm animals", "rainbow", "space", "retro", "travel size"],
    },
    Family {
        category: "Garden",
        prefix: "GDN",
        unit: EACH,
        goods: &[
            ("hand trowel", 890),
            ("watering can", 1990),
            ("plant pot", 690),
            ("pruning shears", 2450),
            ("bird feeder", 1290),
            ("kneeling mat", 750),
            ("garden lantern", 1590),
            ("hose connector", 395),
        ],
        materials: &["Galvanised", "Terracotta", "Powder-coated", "Ash handle", "Copper finish"],
        variants: &["5 l", "10 l", "small", "large", "wall mounted"],
    },
    Family {
        category: "Seeds and bulk feed",
        prefix: "SED",
        unit: ("kg", 3),
        goods: &[
            ("lawn seed", 1290),
            ("wild bird mix", 390),
            ("sunflower hearts", 480),
            ("wildflower seed", 4900),
            ("clover seed", 1680),
            ("potting grit", 120),
            ("bone meal", 340),
            ("seaweed fertiliser", 760),
        ],
        materials: &["Organic", "Fast growing", "Shade tolerant", "Premium", "Winter"],
        variants: &["fine", "coarse", "no husk", "dust free", "bulk"],
    },
    Family {
        category: "Paint and oils",
        prefix: "PNT",
        unit: ("l", 2),
        goods: &[
            ("wall emulsion", 1490),
            ("wood oil", 2190),
            ("metal primer", 1980),
            ("floor varnish", 2650),
            ("chalk paint", 2390),
            ("teak oil", 1890),
            ("masonry paint", 1290),
            ("white spirit", 420),
        ],
        materials: &["Matt", "Satin", "High gloss", "Water-based", "Low odour"],
        variants: &["white", "slate grey", "oak", "forest green", "clear"],
    },
    Family {
        category: "Storage and packing",
        prefix: "PAK",
        unit: EACH,
        goods: &[
            ("stacking crate", 1190),
            ("shipping box", 165),
            ("wire basket", 1390),
            ("shelf divider", 540),
            ("parcel tape", 295),
            ("label roll", 690),
            ("bubble mailer", 85),
            ("storage trunk", 4490),
        ],
        materials: &["Double-walled", "Recycled", "Clear", "Wire mesh", "Plywood"],
        variants: &["S", "M", "L", "XL", "with lid"],
    },
    Family {
        category: "Bags and accessories",
        prefix: "BAG",
        unit: EACH,
        goods: &[
            ("shopper", 690),
            ("lunch bag", 990),
            ("rucksack", 3990),
            ("wash bag", 1390),
            ("purse", 1190),
            ("umbrella", 1490),
            ("bottle holder", 790),
            ("jumbo bag", 495),
        ],
        materials: &["Jute", "Waxed canvas", "Recycled nylon", "Oilcloth", "Felted wool"],
        variants: &["red spotty", "navy", "botanical", "plain", "kids"],
    },
];
