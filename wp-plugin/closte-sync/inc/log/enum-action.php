<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Log;

/**
 * A call that changes something at Closte, or a decision that a network admin will ask about later.
 */
enum Action: string {

	case Add        = 'add';
	case Remove     = 'remove';
	case Adopt      = 'adopt';
	case Move       = 'move';
	case Forget     = 'forget';
	case Retire     = 'retire';
	case SetAside   = 'set-aside';
	/** What a check of DNS or of a certificate found, where that is news. */
	case Check      = 'check';
	case Drift      = 'drift';
	case Sync       = 'sync';
	case Prune      = 'prune';
	case Enable     = 'enable';
	case Disable    = 'disable';
	case Settings   = 'settings';
	case Key        = 'key';
	case Identity   = 'identity';
	case Mail       = 'mail';
	case Activate   = 'activate';
	case Deactivate = 'deactivate';

	public function label(): string {
		return match ( $this ) {
			self::Add        => __( 'Add to Closte', 'closte-sync' ),
			self::Remove     => __( 'Remove from Closte', 'closte-sync' ),
			self::Adopt      => __( 'Take over', 'closte-sync' ),
			self::Move       => __( 'Give to another site', 'closte-sync' ),
			self::Forget     => __( 'Forget here', 'closte-sync' ),
			self::Retire     => __( 'Leave alone', 'closte-sync' ),
			self::SetAside   => __( 'Set aside', 'closte-sync' ),
			self::Check      => __( 'Check', 'closte-sync' ),
			self::Drift      => __( 'Repair what went missing', 'closte-sync' ),
			self::Sync       => __( 'Send all domains', 'closte-sync' ),
			self::Prune      => __( 'Prune', 'closte-sync' ),
			self::Enable     => __( 'Switch on', 'closte-sync' ),
			self::Disable    => __( 'Switch off', 'closte-sync' ),
			self::Settings   => __( 'Change settings', 'closte-sync' ),
			self::Key        => __( 'API key', 'closte-sync' ),
			self::Identity   => __( 'Moved or copied network', 'closte-sync' ),
			self::Mail       => __( 'Send an email', 'closte-sync' ),
			self::Activate   => __( 'Activate the plugin', 'closte-sync' ),
			self::Deactivate => __( 'Deactivate the plugin', 'closte-sync' ),
		};
	}
}
