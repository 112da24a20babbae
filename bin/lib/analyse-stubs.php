<?php
/**
 * What bin/analyse finds nowhere else: constants that an installation sets, what PHP 8.2 brings, and functions of plugins that
 * the tests have no double of.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

define( 'DISABLE_WP_CRON', false );

#[Attribute( Attribute::TARGET_PARAMETER )]
final class SensitiveParameter {}

function wu_get_asset( string $asset, string $assets_dir = 'img' ): string {
	return $assets_dir . $asset;
}
